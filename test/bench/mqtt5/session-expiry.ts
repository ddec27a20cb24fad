import type { Packet } from 'mqtt';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { codec, type PacketOf } from './codec.ts';

/** The greatest Session Expiry Interval: the session never ends. [3.1.2.11.2] */
const never = 0xffff_ffff;

/** The longest that a timer of Node takes. */
const timerMaxMs = 0x7fff_ffff;

/** A session that outlives its connection, and whoever is to end it. */
interface Kept {
  /** Unix ms; Infinity while the client is there, or when it never ends. */
  endsAt: number;
  /** The CONNECT that began it: only with its secret the broker lets anybody end it. */
  connect: PacketOf<'connect'>;
  timer: NodeJS.Timeout | undefined;
  filters: Filters;
}

/** What a session has while its client is there. */
export interface Begun {
  filters: Filters;
  /** The broker has let the client in: the session is this connection's now. */
  hold(): void;
  /** The client has gone, and the session ends in so many seconds. */
  leave(intervalS: number): void;
}

/** The filters that a session holds, and whether its client wants no retained messages from them. */
export type Filters = Map<string, { isQuiet: boolean }>;

/**
 * Ends sessions when their interval is over. The broker knows durable sessions only, so that a session is ended as a
 * client of 3.1.1 would: by a connection with clean session. It is in memory: a front that starts anew has forgotten
 * when to end whom, though not the sessions, which are the broker's.
 */
export interface SessionExpiry extends Disposable {
  readonly kept: number;
  /** A client wants in: resolves when what it does not want any more, or what is over, has been ended. */
  begin(connect: PacketOf<'connect'>, isDurable: boolean): Promise<Begun>;
}

export function createSessionExpiry(brokerPort: number, now: () => number): SessionExpiry {
  const sessions = new Map<string, Kept>();
  const ends = new Map<string, Promise<void>>();

  const end = (clientId: string): Promise<void> => {
    const session = sessions.get(clientId);
    if (!session) return ends.get(clientId) ?? Promise.resolve();
    clearTimeout(session.timer);
    sessions.delete(clientId);
    const ended = endAtBroker(brokerPort, session.connect).finally(() => ends.delete(clientId));
    ends.set(clientId, ended);
    return ended;
  };
  const watch = (clientId: string, session: Kept): void => {
    const leftMs = session.endsAt - now();
    if (leftMs <= 0) void end(clientId).catch(() => {});
    else session.timer = setTimeout(watch, Math.min(leftMs, timerMaxMs), clientId, session).unref();
  };
  return {
    get kept() {
      return sessions.size;
    },
    async begin(connect, isDurable) {
      const { clientId } = connect;
      await ends.get(clientId);
      const before = sessions.get(clientId);
      const isOver = before !== undefined && before.endsAt <= now();
      if (isOver) await end(clientId);
      // Also one that the broker may have from before this front was started.
      else if (isDurable && connect.clean) await endAtBroker(brokerPort, connect);
      const filters: Filters = before && !isOver && !connect.clean ? before.filters : new Map();
      const session: Kept = { endsAt: Infinity, connect, timer: undefined, filters };
      return {
        filters,
        hold() {
          clearTimeout(sessions.get(clientId)?.timer);
          // A clean session has ended what was kept before it.
          if (isDurable) sessions.set(clientId, session);
          else sessions.delete(clientId);
        },
        leave(intervalS) {
          if (sessions.get(clientId) !== session) return;
          session.endsAt = intervalS === never ? Infinity : now() + intervalS * 1000;
          if (session.endsAt !== Infinity) watch(clientId, session);
        },
      };
    },
    [Symbol.dispose]() {
      for (const { timer } of sessions.values()) clearTimeout(timer);
    },
  };
}

/** @throws when the broker is away. A refusal ends nothing, and whoever connects next hears of it. */
async function endAtBroker(port: number, connect: PacketOf<'connect'>): Promise<void> {
  const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true });
  const packets: Packet[] = [
    { ...connect, protocolVersion: 4, clean: true, keepalive: 60 },
    { cmd: 'disconnect' },
  ];
  delete (packets[0] as PacketOf<'connect'>).will;
  const send = (packet: Packet): void => void socket.write(codec.generate(packet, { protocolVersion: 4 }));
  send(packets[0]!);
  await once(socket, 'data');
  const closed = once(socket, 'close');
  if (socket.writable) send(packets[1]!);
  socket.end();
  socket.resume();
  await closed;
}
