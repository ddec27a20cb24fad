import { connect as connectSocket, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { readAnswers, type Answer, type AnswerOf } from './answers.ts';
import { pingreq } from './packets.ts';

/** How long a fact may take to arrive on a busy machine. */
const patienceMs = 8000;

/** One connection: bytes go out, packets come in. What it waits for and does not get is an error in words. */
export interface Wire extends Disposable {
  /** All of it in one chunk. */
  send(...bytes: Uint8Array[]): void;
  /** What has come and was not taken yet, in its order. */
  readonly box: readonly Answer[];
  /** The types of all that ever came, in its order. */
  readonly seen: readonly Answer['type'][];
  /** The first packet of this type, now or when it comes; others stay in the box. */
  take<T extends Answer['type']>(type: T): Promise<AnswerOf<T>>;
  /** The first packet of this type, which has these fields. */
  expect<T extends Answer['type']>(type: T, fields: Partial<AnswerOf<T>>): Promise<AnswerOf<T>>;
  /** The broker closes the connection, and sends nothing any more. */
  expectClosed(): Promise<void>;
  /** These bytes make the broker close the connection: a PINGREQ behind them has no answer. */
  expectRefused(...bytes: Uint8Array[]): Promise<void>;
  /** The payloads of all PUBLISH packets up to the one with this payload, which is taken too. */
  takeUntil(payload: string): Promise<AnswerOf<'publish'>[]>;
  /** The connection works: PINGREQ is answered. */
  ping(): Promise<void>;
}

/** What carries a wire's bytes: TCP, or WebSocket frames over it. */
export interface Carrier {
  write(bytes: Uint8Array): void;
  destroy(): void;
  onBytes(hear: (bytes: Buffer) => void): void;
  onClose(hear: () => void): void;
}

/** A TCP connection. */
export const openTcp = (port: number): Promise<Carrier> =>
  carry(connectSocket({ port, host: '127.0.0.1', noDelay: true }), 'connect');

/** A TLS connection to a server whose certificate comes from `ca`. */
export const openTls = (port: number, ca: Buffer): Promise<Carrier> =>
  carry(connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca }).setNoDelay(), 'secureConnect');

async function carry(socket: Socket, ready: 'connect' | 'secureConnect'): Promise<Carrier> {
  let failure = 'closed';
  socket.on('error', (error) => (failure = error.message));
  await new Promise<void>((resolve, reject) => {
    socket.once(ready, resolve);
    socket.once('close', () => reject(new Error(`could not connect: ${failure}`)));
  });
  return {
    write: (bytes) => void socket.write(bytes),
    destroy: () => void socket.destroy(),
    onBytes: (hear) => void socket.on('data', hear),
    onClose: (hear) => void socket.once('close', hear),
  };
}

const words = (answer: object): string => JSON.stringify(answer);

/** Speaks MQTT over a carrier. */
export function createWire(carrier: Carrier): Wire {
  const box: Answer[] = [];
  const seen: Answer['type'][] = [];
  const waiting = new Set<() => void>();
  let rest: Buffer = Buffer.alloc(0);
  let isClosed = false;
  let fault: Error | null = null;

  const wake = (): void => {
    for (const look of waiting) look();
  };
  carrier.onBytes((bytes) => {
    try {
      rest = readAnswers(Buffer.concat([rest, bytes]), (answer) => {
        box.push(answer);
        seen.push(answer.type);
      });
    } catch (error) {
      fault = error as Error;
    }
    wake();
  });
  carrier.onClose(() => {
    isClosed = true;
    wake();
  });

  /** Waits until `find` gives something; `wanted` says what, for the error. */
  const until = <T>(wanted: string, find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        waiting.delete(look);
        clearTimeout(timer);
        settle();
      };
      const fail = (got: string): void =>
        end(() => reject(new Error(`expected ${wanted}, got ${got}${box.length ? `: ${words(box)}` : ''}`)));
      const look = (): void => {
        let found: T | undefined;
        try {
          found = find();
        } catch (error) {
          end(() => reject(error));
          return;
        }
        if (found !== undefined) end(() => resolve(found));
        else if (fault) fail(fault.message);
        else if (isClosed) fail('a closed connection');
      };
      const timer = setTimeout(fail, patienceMs, `nothing of the kind in ${patienceMs / 1000} s`);
      waiting.add(look);
      look();
    });
  const takeFirst = <T extends Answer['type']>(type: T): AnswerOf<T> | undefined => {
    const at = box.findIndex((answer) => answer.type === type);
    return at < 0 ? undefined : (box.splice(at, 1)[0] as AnswerOf<T>);
  };
  const closed = (wanted: string): Promise<unknown> =>
    until(wanted, () => {
      const answer = box[0];
      if (answer) throw new Error(`expected ${wanted}, got ${words(answer)}`);
      return isClosed || undefined;
    });

  const wire: Wire = {
    box,
    seen,
    send: (...bytes) => carrier.write(Buffer.concat(bytes)),
    take: (type) => until(`a ${type}`, () => takeFirst(type)),
    async expect(type, fields) {
      const wanted = words({ type, ...fields });
      const answer = await until(wanted, () => takeFirst(type));
      for (const [name, value] of Object.entries(fields))
        if (!isDeepStrictEqual((answer as unknown as Record<string, unknown>)[name], value))
          throw new Error(`expected ${wanted}, got ${words(answer)}`);
      return answer;
    },
    async expectClosed() {
      await closed('that the connection is closed');
    },
    async expectRefused(...bytes) {
      wire.send(...bytes, pingreq);
      await closed('that the connection is closed');
    },
    async takeUntil(payload) {
      const taken: AnswerOf<'publish'>[] = [];
      for (;;) {
        const message = await until(`a publish of ${payload}`, () => takeFirst('publish'));
        taken.push(message);
        if (message.payload === payload) return taken;
      }
    },
    async ping() {
      wire.send(pingreq);
      await wire.take('pingresp');
    },
    [Symbol.dispose]: () => carrier.destroy(),
  };
  return wire;
}
