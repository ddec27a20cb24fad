import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { TooManyError } from './delays.ts';

/** Hashes people's passwords. Devices' secrets are random and need no slow hash. */
export interface Passwords {
  /** A PHC string, `$argon2id$v=19$m=19456,t=2,p=1$…`. @throws {TooManyError} when too many wait. */
  hash(password: string): Promise<string>;
  /** Takes the same time when there is no hash to compare with (null), and is then false. */
  verify(phc: string | null, password: string): Promise<boolean>;
}

/** argon2id, 19 MiB, 2 passes: the floor of OWASP ASVS 5.0, appendix C. About 10 ms. */
const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** At most 2 hashes at once hold 38 MiB; those that wait beyond 8 are turned away. */
const atOnceMax = 2;
const waitingMax = 8;

/** Makes the hash that unknown names are compared with, so it takes as long as one hash. */
export async function createPasswords(): Promise<Passwords> {
  const nobody = await hash(randomBytes(16).toString('hex'), cost);
  let running = 0;
  const waiting: (() => void)[] = [];

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnceMax) {
      if (waiting.length >= waitingMax) throw new TooManyError(1);
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      // The place passes to whoever waits without being free in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  }

  return {
    hash: (password) => inTurn(() => hash(password, cost)),
    async verify(phc, password) {
      const isRight = await inTurn(() => verify(phc ?? nobody, password));
      return phc !== null && isRight;
    },
  };
}
