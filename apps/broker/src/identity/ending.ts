import { deviceTopic, messageKinds } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Connections } from '../gate/connections.ts';
import type { Credentials, Ended } from './credentials.ts';

export interface EndingParts {
  credentials: Pick<Credentials, 'unsettled' | 'settle'>;
  connections: Pick<Connections, 'cut'>;
  sessions: {
    /** Ends the sessions that `isEnded` names: in memory at once, on disk when it resolves. */
    forget(isEnded: (clientId: string) => boolean): Promise<void>;
    forgetRetained(topic: string): Promise<void>;
  };
  log: Log;
}

/** Carries out what changes of credentials have ended. */
export interface Ending extends Disposable {
  /**
   * Cuts connections without their wills, and forgets sessions and, of a device that is gone, its retained
   * messages; resolves when nothing of them can reach anybody any more. That covers what was ended while the
   * broker did not run, or was killed in the middle of it.
   */
  endAll(): Promise<void>;
}

/** How often the disk is asked again, when it did not take what was forgotten. */
const retryMs = 1000;

/** The credentials' file remembers what was ended until the sessions' file has forgotten it. */
export function createEnding({ credentials, connections, sessions, log }: EndingParts): Ending {
  /** Forgotten in memory, and not on disk yet. */
  let owed: Ended[] = [];

  const settleOwed = async (): Promise<void> => {
    const settled = owed;
    try {
      // Nothing new: it resolves when what was forgotten before is on disk.
      await sessions.forget(() => false);
      credentials.settle(settled);
      owed = owed.filter((ended) => !settled.includes(ended));
    } catch (error) {
      log.debug({ err: error }, 'the disk does not take yet what was forgotten');
    }
  };
  const timer = setInterval(() => {
    if (owed.length > 0) void settleOwed();
  }, retryMs).unref();

  return {
    async endAll() {
      const numbers = new Set(owed.map(({ number }) => number));
      const ended = credentials.unsettled().filter(({ number }) => !numbers.has(number));
      if (ended.length === 0) return;
      const ids = new Set(ended.map(({ id }) => id));
      connections.cut(ids);
      try {
        await Promise.all([
          // A gateway's sessions are named after it: `<id>/<client id>`.
          sessions.forget((clientId) => ids.has(clientId.split('/', 1)[0] ?? '')),
          ...retainedOf(ended).map((topic) => sessions.forgetRetained(topic)),
        ]);
        credentials.settle(ended);
      } catch (error) {
        log.error({ err: error }, 'ended sessions are forgotten, and the disk does not take it yet');
        owed.push(...ended);
      }
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** A receipt of the old device would tell a new one with the same id that all it has is stored. */
function retainedOf(ended: readonly Ended[]): string[] {
  return ended
    .filter(({ isGone, role }) => isGone && role === 'device')
    .flatMap(({ id, home }) => messageKinds.map((kind) => deviceTopic(home, id, kind)));
}
