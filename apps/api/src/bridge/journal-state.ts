import { BrokerJournal, journalTopic } from '@hearth/contract';
import { Check } from 'typebox/value';

/** How our broker's journal is, as it said last; undefined until it has, and at any other broker. */
export interface JournalState {
  present(): BrokerJournal | undefined;
  /** Takes a message that tells of it; false for any other. */
  hear(topic: string, payload: Uint8Array): boolean;
  /** The broker is away: what it said may hold no longer. */
  forget(): void;
}

export function createJournalState(): JournalState {
  let present: BrokerJournal | undefined;
  return {
    present: () => present,
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
