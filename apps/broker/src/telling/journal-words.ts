import { journalTopic, type BrokerJournal } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Aedes } from 'aedes';
import type { Journal } from '../sessions/journal.ts';
import { publishOwn } from './publish-own.ts';

const wordsMaxLength = 500;

/**
 * Tells the api how the journal is: now, since what a broker of before has left may be old, and at each change. At
 * QoS 0, which needs no place in a queue: a disk that is full must not keep this from being said.
 */
export function tellJournal(aedes: Aedes, journal: Pick<Journal, 'state' | 'onState'>, log: Log): void {
  const tell = ({ state, since, detail }: Journal['state']): void => {
    const words = detail.slice(0, wordsMaxLength);
    publishOwn(aedes, journalTopic, { state, since, words } satisfies BrokerJournal, 0, log, true);
  };
  journal.onState(tell);
  tell(journal.state);
}
