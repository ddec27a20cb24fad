import type { Packet } from 'mqtt';
import type { Socket } from 'node:net';
import { codec } from './codec.ts';

/** One end of a connection: packets in, and packets out in as few writes as it goes. */
export interface Peer {
  readonly socket: Socket;
  /** Which version is written; that of what comes in, the parser takes from CONNECT. */
  version: 4 | 5;
  send(packet: Packet): void;
  /** Closes when all is written. */
  end(): void;
  /** The same, and waits for no word of the other side. */
  drop(): void;
}

export interface PeerEvents {
  onPacket(packet: Packet): void;
  /** What came in is no packet. */
  onMalformed(): void;
  onClose(): void;
}

const firstBytes = 1024;
const nothing = Buffer.alloc(0);

/** @param version of what comes in, where no CONNECT tells it. */
export function createPeer(socket: Socket, version: 4 | 5, events: PeerEvents): Peer {
  const parser = codec.parser({ protocolVersion: version });
  const out = createOut(socket);
  let isMalformed = false;
  parser.on('packet', (packet) => {
    if (!isMalformed) events.onPacket(packet);
  });
  parser.on('error', () => {
    isMalformed = true;
    events.onMalformed();
  });
  socket.on('data', (chunk: Buffer) => {
    if (!isMalformed) parser.parse(chunk);
  });
  socket.on('error', () => {});
  socket.once('close', () => events.onClose());
  const peer: Peer = {
    socket,
    version,
    send(packet) {
      // It only writes to it, which is what `out` has of a stream.
      const stream = out as unknown as NodeJS.WritableStream;
      if (socket.writable) codec.writeToStream(packet, stream, { protocolVersion: peer.version });
    },
    end() {
      out.flush();
      socket.end();
    },
    drop() {
      out.flush();
      socket.destroySoon();
    },
  };
  return peer;
}

/** Gathers the pieces that mqtt-packet writes: one write to the socket for all that one turn brings. */
function createOut(socket: Socket) {
  let bytes: Buffer = nothing;
  let end = 0;
  const flush = (): void => {
    if (end === 0) return;
    socket.write(bytes.subarray(0, end));
    bytes = nothing;
    end = 0;
  };
  return {
    flush,
    write(piece: string | Uint8Array): boolean {
      // UTF-8 takes at most three bytes for a UTF-16 unit.
      const most = typeof piece === 'string' ? piece.length * 3 : piece.length;
      if (end + most > bytes.length) {
        const grown = Buffer.allocUnsafe(Math.max(firstBytes, bytes.length * 2, end + most));
        bytes.copy(grown, 0, 0, end);
        bytes = grown;
      }
      if (end === 0) setImmediate(flush);
      if (typeof piece === 'string') end += bytes.write(piece, end);
      else {
        bytes.set(piece, end);
        end += piece.length;
      }
      return true;
    },
    destroy(error: Error): void {
      socket.destroy(error);
    },
  };
}
