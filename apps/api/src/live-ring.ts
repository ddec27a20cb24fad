import { randomBytes } from 'node:crypto';
import type { Live, LiveMessage } from './live.ts';

/** Events kept for those who were away for a moment: at 50 readings/s about 40 s, and about 1 MB. */
const ringSize = 2000;

/**
 * The live stream's fan-out. Ids are `{stream}-{number}` with a stream that is random per process, so that an
 * id of an earlier process is known as such. `now` is the wall clock, Unix ms.
 */
export function createLive(now: () => number, size = ringSize): Live {
  const stream = randomBytes(6).toString('hex');
  const ring: LiveMessage[] = [];
  const receivers = new Set<(message: LiveMessage) => void>();
  let newest = 0;
  const id = (number: number): string => `${stream}-${number}`;

  /** What `lastEventId` has missed, in order; null when that cannot be told any more. */
  function missedSince(lastEventId: string): LiveMessage[] | null {
    const [givenStream, digits = ''] = lastEventId.split('-');
    const number = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
    const oldest = newest - Math.min(newest, size) + 1;
    if (givenStream !== stream || !(number >= oldest - 1 && number <= newest)) return null;
    return Array.from({ length: newest - number }, (_, i) => ring[(number + i) % size]!);
  }

  return {
    publish(event, data) {
      newest++;
      const message = { id: id(newest), event, data: JSON.stringify(data) };
      ring[(newest - 1) % size] = message;
      for (const send of receivers) send(message);
    },
    subscribe(lastEventId, send) {
      const moment = JSON.stringify({ now: now() });
      const missed = lastEventId === null ? [] : missedSince(lastEventId);
      // Who starts afresh learns the position too: a stream that breaks before its first event resumes here.
      send({ id: lastEventId === null ? id(newest) : null, event: 'hello', data: moment });
      if (missed === null) send({ id: id(newest), event: 'reset', data: moment });
      else for (const message of missed) send(message);
      receivers.add(send);
      return () => {
        receivers.delete(send);
      };
    },
  };
}
