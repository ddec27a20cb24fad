import type { Journal } from './journal.ts';
import { verbs } from './records.ts';
import type { Retained } from './retained.ts';

/** Retained messages that are written behind, since nobody waits for it: at QoS 0, of wills and of the broker. */
export interface RetainedWriting {
  /** Writes what is in memory for this topic with the next commit; once the disk takes it again, if it does not. */
  write(topic: string, isLazy: boolean): void;
}

/** While commits fail only the topics are noted: one message each, however long it takes. */
export function createRetainedWriting(journal: Journal, retained: Retained): RetainedWriting {
  const missed = new Set<string>();
  const write = (topic: string, isLazy: boolean): void => {
    if (journal.state.state !== 'ok') {
      missed.add(topic);
      return;
    }
    const { qos = 0, payload = new Uint8Array() } = retained.get(topic) ?? {};
    journal.append({ verb: verbs.retain, isKept: true, small: qos, topic, payload }, isLazy);
  };
  journal.onState(({ state }) => {
    if (state !== 'ok') return;
    for (const topic of missed) write(topic, false);
    missed.clear();
  });
  return { write };
}
