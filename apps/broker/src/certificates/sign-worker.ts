import { parentPort } from 'node:worker_threads';
import { CertificateRequestError } from './request-error.ts';
import { makeAuthority, signFreshKey, signRequest, signServer } from './sign.ts';

const signers = { makeAuthority, signServer, signRequest, signFreshKey };
type Signers = typeof signers;

/** What this thread does for others, by name. Arguments and results pass as copies. */
export type Sign = {
  [Name in keyof Signers]: (...args: Parameters<Signers[Name]>) => ReturnType<Signers[Name]>;
};

/** To this thread: what to sign. */
export interface ToSigner {
  id: number;
  name: keyof Sign;
  args: readonly unknown[];
}

/** From it: what was made, or why not; a request that cannot be signed is told from a fault of ours. */
export type FromSigner =
  | { id: number; made: unknown }
  | { id: number; message: string; isRequestAtFault: boolean };

async function answer({ id, name, args }: ToSigner): Promise<FromSigner> {
  const sign = signers[name] as (...given: readonly unknown[]) => Promise<unknown>;
  try {
    return { id, made: await sign(...args) };
  } catch (error) {
    const isRequestAtFault = error instanceof CertificateRequestError;
    return { id, message: (error as Error).message, isRequestAtFault };
  }
}

const port = parentPort!;
port.on(
  'message',
  (asked: ToSigner) => void answer(asked).then((answered) => port.postMessage(answered, [])),
);
