import { BrokerJournal, journalTopic } from '@hearth/contract';
import { Check } from 'typebox/value';
import type { LinkState } from './broker-session.ts';

/** Why our broker refuses the api: it lets in whoever needs no disk, and all others who have a credential. */
export const diskRefuses =
  'the broker is there and cannot write to its disk: is it full? The broker’s log says more';

const refusedWords =
  'The broker cannot write to its disk, and cannot take Hearth in until it can. What came before is kept. If the disk is full, make space there: it goes on by itself.';

/** How our broker's journal is. */
export interface JournalState {
  /** As the broker said last, or as it shows by refusing us; undefined while neither is known, and at any other broker. */
  present(link: LinkState): BrokerJournal | undefined;
  /** Takes a message that tells of it; false for any other. */
  hear(topic: string, payload: Uint8Array): boolean;
  /** The broker is away: what it said may hold no longer. */
  forget(): void;
}

export function createJournalState(): JournalState {
  let present: BrokerJournal | undefined;
  return {
    present({ isConnected, problem, since }) {
      const isRefused = !isConnected && problem === diskRefuses && since !== null;
      return present ?? (isRefused ? { state: 'failing', since, words: refusedWords } : undefined);
    },
    hear(topic, payload) {
      if (topic !== journalTopic) return false;
      const told = parse(payload);
      if (Check(BrokerJournal, told)) present = told;
      return true;
    },
    forget() {
      present = undefined;
    },
  };
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString());
  } catch {
    return null;
  }
}
