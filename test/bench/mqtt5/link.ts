import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { disconnect, types } from '../../conformance/packets.ts';
import type { Link, Place } from '../broker/link.ts';
import { createWalk, type OnPacket } from '../broker/walk-packets.ts';
import { connect, subscribe, type Dialect } from './packets.ts';

/** A connection of a load, in one of the dialects; else as that of `bench broker`. */
export interface DialectLink extends Link {
  readonly dialect: Dialect;
}

/** @throws when the broker refuses it, or closes it before CONNACK. */
export async function openLink(
  dialect: Dialect,
  place: Place,
  name: string,
  clean = true,
): Promise<DialectLink> {
  const socket = connectSocket({ port: place.port, host: '127.0.0.1', noDelay: true });
  const clientId = `${place.username}-${name}`;
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
  socket.on('error', () => {});
  const closed = new Promise<never>((_resolve, reject) => {
    socket.once('close', () => reject(new Error(`the connection of ${clientId} closed`)));
  });
  closed.catch(() => {});
  const code = (type: number): Promise<number> =>
    Promise.race([closed, new Promise<number>((resolve) => waiting.set(type, resolve))]);

  socket.write(connect(dialect, place, clientId, clean));
  const refused = await code(types.connack);
  if (refused) throw new Error(`${clientId} was refused with ${refused}`);
  return {
    dialect,
    write(bytes) {
      if (socket.writable) socket.write(bytes);
    },
    async subscribe(filter, qos) {
      socket.write(subscribe(dialect, filter, qos));
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
