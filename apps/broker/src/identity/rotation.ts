import type { Log } from '@hearth/part';
import type { Connections } from '../gate/connections.ts';
import type { Credentials } from './credentials.ts';

/** How often former secrets are looked at: they last a week, a minute more does no harm. */
const periodMs = 60_000;

export interface Rotation extends Disposable {
  /**
   * The next secret of a credential was used: the former one ends, and so does what is connected with it.
   * While the disk takes no writes both go on working; nobody is shut out for that.
   */
  nextSecretUsed: (id: string) => void;
}

/** Ends former secrets when the next one was used, or their time has run out. */
export function startRotation(
  credentials: Pick<Credentials, 'promote' | 'promoteOverdue'>,
  connections: Pick<Connections, 'cut'>,
  log: Log,
  now = Date.now,
): Rotation {
  const look = (): void => {
    try {
      const ids = credentials.promoteOverdue(now());
      if (ids.length === 0) return;
      connections.cut(new Set(ids));
      log.warn({ ids }, 'former secrets have run out: only the new ones work now');
    } catch (error) {
      // The disk may be full; nobody is let in with a former secret that has run out, whatever is written.
      log.error({ err: error }, 'could not end former secrets');
    }
  };
  look();
  const timer = setInterval(look, periodMs).unref();
  return {
    nextSecretUsed(id) {
      try {
        credentials.promote(id);
        connections.cut(new Set([id]));
      } catch (error) {
        log.error({ err: error, id }, 'could not end the former secret');
      }
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
