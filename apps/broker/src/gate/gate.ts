import { createConnecting, type ConnectingParts } from './connecting.ts';
import { createForwarding, type ForwardingParts } from './forwarding.ts';
import type { Decisions } from './hooks.ts';
import { createPublishing, type PublishingParts } from './publishing.ts';
import { createRefuse } from './refuse.ts';
import { createRoom, type RoomSessions } from './room.ts';
import { createSubscribing } from './subscribing.ts';

export type GateParts = ConnectingParts &
  PublishingParts &
  ForwardingParts & {
    sessions: RoomSessions;
  };

/** Puts identity and access rules to aedes' questions, and remembers what each connection was granted. */
export function createGate(parts: GateParts): Decisions {
  const refuse = createRefuse(parts.refusals);
  const room = createRoom(parts.sessions);
  return {
    ...createConnecting({ ...parts, refuse, room }),
    authorizePublish: createPublishing({ ...parts, refuse, room }),
    authorizeSubscribe: createSubscribing(parts.connections, refuse),
    authorizeForward: createForwarding(parts),
  };
}
