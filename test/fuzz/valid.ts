import {
  acknowledge,
  connect,
  disconnect,
  pingreq,
  publish,
  subscribe,
  unsubscribe,
} from '../conformance/packets.ts';
import { secretOf } from '../faults/victim.ts';
import type { Sender } from './cast.ts';
import type { Dice } from './dice.ts';

/** Packet ids that meet often: ours and the broker's own. */
const idMax = 12;
const packetsMax = 14;

/** The packets of one session as a client may send them, CONNECT first. */
export function validSession(dice: Dice, sender: Sender, name: string): Buffer[] {
  const packets = [connectOf(dice, sender, name)];
  if (dice.chance(0.8)) packets.push(subscribeOf(dice, sender));
  for (let left = 1 + dice.below(packetsMax); left > 0; left--) packets.push(anyPacket(dice, sender));
  if (dice.chance(0.4)) packets.push(disconnect);
  return packets;
}

function connectOf(dice: Dice, { id, isDevice, will }: Sender, name: string): Buffer {
  return connect({
    clientId: isDevice ? id : name,
    username: id,
    password: secretOf(id),
    clean: dice.chance(0.6),
    keepalive: dice.pick([1, 60, 300]),
    ...(dice.chance(0.3) && {
      will: { topic: will, payload: 'gone', qos: dice.below(2), retain: dice.chance(0.5) },
    }),
  });
}

const anyId = (dice: Dice): number => 1 + dice.below(idMax);

function subscribeOf(dice: Dice, { reads }: Sender): Buffer {
  const filters = Array.from({ length: 1 + dice.below(3) }, () => [dice.pick(reads), dice.below(3)] as const);
  return subscribe(anyId(dice), filters);
}

function publishOf(dice: Dice, { isDevice, writes }: Sender): Buffer {
  const topic = dice.pick(writes);
  const payload = 'x'.repeat(dice.chance(0.03) ? dice.below(9000) : dice.below(60));
  const mayRetain = !isDevice || !/(response)$/.test(topic);
  return publish(topic, payload, {
    qos: dice.below(isDevice ? 2 : 3),
    retain: mayRetain && dice.chance(0.2),
    id: anyId(dice),
  });
}

function anyPacket(dice: Dice, sender: Sender): Buffer {
  const kind = dice.below(12);
  if (kind < 5) return publishOf(dice, sender);
  if (kind < 9)
    return acknowledge(dice.pick(['puback', 'pubrec', 'pubrel', 'pubcomp'] as const), anyId(dice));
  if (kind === 9) return subscribeOf(dice, sender);
  if (kind === 10) return unsubscribe(anyId(dice), [dice.pick(sender.reads)]);
  return pingreq;
}
