import type { Socket } from 'node:net';
import { createServer, type SecureContextOptions, type TlsOptions, type TLSSocket } from 'node:tls';
import type { Guest } from './door.ts';

/** TLS 1.2 with forward secrecy and authenticated ciphers only, and 1.3. @see RFC 9325 section 4.2 */
const tlsPolicy = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-RSA-AES256-GCM-SHA384',
  ].join(':'),
  ecdhCurve: 'X25519MLKEM768:X25519:P-256:P-384',
} as const satisfies TlsOptions;

export interface TlsStageOptions {
  context: SecureContextOptions;
  /** Only clients with a certificate of this authority (PEM); null: nobody is asked for one. */
  clientAuthority: string | null;
  handshakesMax: number;
  handshakeTimeoutMs: number;
  onSecure: (socket: TLSSocket, guest: Guest) => void;
}

/** Makes TLS of sockets, a few at a time: a thousand handshakes at once would hold up everybody else. */
export interface TlsStage extends Disposable {
  accept(socket: Socket, guest: Guest): void;
  /** Connections from now on see this certificate; those that are open go on. */
  setContext(context: SecureContextOptions): void;
}

export function createTlsStage(options: TlsStageOptions): TlsStage {
  const { clientAuthority } = options;
  const fixed: TlsOptions = {
    ...tlsPolicy,
    ...(clientAuthority !== null && { ca: clientAuthority }),
    requestCert: clientAuthority !== null,
    rejectUnauthorized: true,
    handshakeTimeout: options.handshakeTimeoutMs,
  };
  // It never listens: sockets are given to it.
  const server = createServer({ ...fixed, ...options.context });
  const waiting = new Set<Socket>();
  const guests = new WeakMap<Socket, Guest>();
  const inFlight = new Map<string, Socket>();

  const next = (): void => {
    for (const socket of waiting) {
      if (inFlight.size >= options.handshakesMax) return;
      waiting.delete(socket);
      inFlight.set(nameOf(socket), socket);
      guests.get(socket)?.serve();
      server.emit('connection', socket);
    }
  };
  const leave = (socket: Socket): Socket | undefined => {
    const name = nameOf(socket);
    const raw = inFlight.get(name);
    inFlight.delete(name);
    next();
    return raw;
  };
  server.on('secureConnection', (secure: TLSSocket) => {
    const raw = leave(secure);
    const guest = raw && guests.get(raw);
    if (guest) options.onSecure(secure, guest);
    else secure.destroy();
  });
  // A failed handshake; without a listener the socket would stay.
  server.on('tlsClientError', (_error, secure) => secure.destroy());

  return {
    accept(socket, guest) {
      const name = nameOf(socket);
      guests.set(socket, guest);
      waiting.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        waiting.delete(socket);
        if (inFlight.get(name) === socket) inFlight.delete(name);
        next();
      });
      next();
    },
    setContext: (context) => server.setSecureContext({ ...fixed, ...context }),
    [Symbol.dispose]: () => void server.removeAllListeners(),
  };
}

/** The far end tells the sockets of one listener apart. */
const nameOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`;
