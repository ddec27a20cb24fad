import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { connect, disconnect, subscribe, types } from '../../conformance/packets.ts';
import { createWalk, type OnPacket } from './walk-packets.ts';

/** Where a broker listens, and who may do there what a load does. */
export interface Place {
  port: number;
  username: string;
  password: string;
}

/** One connection of a load. */
export interface Link {
  write(bytes: Uint8Array): void;
  /** Resolves when the subscription is granted. */
  subscribe(filter: string, qos: 0 | 1 | 2): Promise<void>;
  /** Each packet after CONNACK, and the end of each piece that came: answers are sent once a piece. */
  hear(onPacket: OnPacket, onPieceEnd: () => void): void;
  /** Ends in order; resolves when the socket is closed. */
  end(): Promise<void>;
}

/** Beyond what any keep-alive limit allows nobody goes, and no load has to send a PINGREQ within it. */
export const keepaliveS = 300;

/** What a connection says of itself, in whatever version it speaks. */
export interface Words {
  connect: Uint8Array;
  subscribe(filter: string, qos: 0 | 1 | 2): Uint8Array;
}

/** Opens a connection of MQTT 3.1.1, as {@link openLinkWith} does. */
export function openLink({ port, username, password }: Place, clientId: string, clean = true): Promise<Link> {
  return openLinkWith(port, clientId, {
    connect: connect({ clientId, clean, username, password, keepalive: keepaliveS }),
    subscribe: (filter, qos) => subscribe(1, [[filter, qos]]),
  });
}

/**
 * Opens a connection and resolves when it is let in.
 * @throws when the broker refuses it, or closes it before CONNACK.
 */
export async function openLinkWith(port: number, clientId: string, words: Words): Promise<Link> {
  const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true });
  let failure: Error | null = null;
  const waiting = new Map<number, (code: number) => void>();
  let onPacket: OnPacket = () => {};
  let onPieceEnd = (): void => {};
  const walk = createWalk((type, qos, packetId, mark) => {
    if (type === types.connack || type === types.suback) waiting.get(type)?.(mark);
    else onPacket(type, qos, packetId, mark);
  });
  socket.on('data', (chunk: Buffer) => {
    walk(chunk);
    onPieceEnd();
  });
  socket.on('error', (error) => (failure = error));
  const closed = new Promise<never>((_resolve, reject) => {
    socket.once('close', () =>
      reject(new Error(`the connection of ${clientId} closed`, { cause: failure ?? undefined })),
    );
  });
  closed.catch(() => {});
  const code = (type: number): Promise<number> =>
    Promise.race([closed, new Promise<number>((resolve) => waiting.set(type, resolve))]);

  socket.write(words.connect);
  const refused = await code(types.connack);
  if (refused) throw new Error(`${clientId} was refused with return code ${refused}`);
  return {
    write(bytes) {
      if (socket.writable) socket.write(bytes);
    },
    async subscribe(filter, qos) {
      socket.write(words.subscribe(filter, qos));
      const granted = await code(types.suback);
      if (granted !== qos) throw new Error(`${filter} was granted with ${granted}, not ${qos}`);
    },
    hear(packetHeard, pieceHeard) {
      onPacket = packetHeard;
      onPieceEnd = pieceHeard;
    },
    async end() {
      if (socket.destroyed) return;
      const gone = once(socket, 'close');
      socket.end(disconnect);
      socket.resume();
      await gone;
    },
  };
}
