import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What rtl_433 asks for by default: 250,000 samples a second of two bytes (I and Q, unsigned, 128 is zero). */
const bytesPerS = 500_000;
const tickMs = 100;
/** rtl_433 looks at blocks of 262,144 bytes: this much silence pushes a recording all the way through. */
const tail = Buffer.alloc(2 * 262_144, 0x80);

/** A radio receiver on the network that plays recordings, and noise-free silence between them. */
export interface Radio extends AsyncDisposable {
  readonly port: number;
  /** Puts a recording (.cu8) on the air. */
  play(file: string): Promise<void>;
}

/**
 * An rtl_tcp server: sends its 12-byte header, then samples for ever; commands (frequency, gain) are taken
 * and change nothing. @see https://github.com/osmocom/rtl-sdr/blob/master/src/rtl_tcp.c
 */
export async function startRadio(): Promise<Radio> {
  const listeners = new Set<Socket>();
  const server = createServer((socket) => {
    const header = Buffer.from('RTL0\0\0\0\0\0\0\0\0', 'latin1');
    // Tuner R820T and its 29 gains.
    header.writeUInt32BE(5, 4);
    header.writeUInt32BE(29, 8);
    socket.write(header);
    socket.resume();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => listeners.delete(socket));
    listeners.add(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const send = (samples: Buffer): void => {
    for (const socket of listeners) socket.write(samples);
  };
  const silence = Buffer.alloc((bytesPerS * tickMs) / 1000, 0x80);
  const ticking = setInterval(() => send(silence), tickMs);
  return {
    port: (server.address() as AddressInfo).port,
    async play(file) {
      send(Buffer.concat([await readFile(file), tail]));
    },
    async [Symbol.asyncDispose]() {
      clearInterval(ticking);
      for (const socket of listeners) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
