import { connect as connectSocket } from 'node:net';
import { readAnswers, type Answer } from '../../conformance/answers.ts';
import { connect, type ConnectOptions } from '../../conformance/packets.ts';

/** Where a broker listens, and how one is let in there. */
export interface Place {
  port: number;
  username: string;
  password: string;
}

/** A connection that was let in. */
export interface Link {
  readonly isSessionPresent: boolean;
  /** Port of this end. */
  readonly localPort: number;
  readonly isOpen: boolean;
  send(...packets: Uint8Array[]): void;
  /** Ends without a word. */
  cut(): void;
  /** Resolves when the connection is over, whoever ended it. */
  readonly closed: Promise<void>;
}

/** CONNACK of a broker that cannot keep a session now. */
const unavailable = 3;

type Who = Pick<ConnectOptions, 'clientId' | 'clean' | 'will'>;

/**
 * Connects, and gives null when that comes to nothing: the broker may be killed at any time. What comes behind CONNACK
 * goes to `hear`, from the turn of the loop after this has resolved.
 */
export function join(
  place: Place,
  who: Who,
  hear: (answer: Answer, link: Link) => void,
): Promise<Link | null> {
  const { port, username, password } = place;
  const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  socket.once('connect', () => socket.write(connect({ ...who, username, password, keepalive: 60 })));
  return new Promise((resolve) => {
    let link: Link | null = null;
    let rest: Buffer = Buffer.alloc(0);
    const take = (answer: Answer): void => {
      if (link) {
        hear(answer, link);
        return;
      }
      if (answer.type !== 'connack' || ![0, unavailable].includes(answer.code))
        throw new Error(`not let in: ${JSON.stringify(answer)}`);
      if (answer.code === unavailable) {
        resolve(null);
        return;
      }
      link = {
        isSessionPresent: answer.isSessionPresent,
        localPort: socket.localPort ?? 0,
        get isOpen() {
          return !socket.destroyed && socket.writable;
        },
        send: (...packets) => void socket.write(packets.length === 1 ? packets[0]! : Buffer.concat(packets)),
        cut: () => void socket.destroy(),
        closed,
      };
      resolve(link);
    };
    socket.on('data', (bytes: Buffer) => {
      const isFirst = link === null;
      rest = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
      if (!isFirst) {
        rest = readAnswers(rest, take);
        return;
      }
      // Whoever waits for the connection takes it over before it hears of anything else.
      const end = rest.length >= 4 ? 4 : 0;
      if (end === 0) return;
      readAnswers(rest.subarray(0, end), take);
      rest = rest.subarray(end);
      socket.pause();
      setImmediate(() => {
        rest = readAnswers(rest, take);
        socket.resume();
      });
    });
    socket.once('close', () => resolve(null));
  });
}
