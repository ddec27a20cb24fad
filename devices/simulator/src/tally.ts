import { closeSync, openSync, writeSync } from 'node:fs';
import type { LedgerEvent, LedgerSink } from './ledger.ts';

/** What became of all readings of a simulation, in numbers that do not grow with it. */
export interface Tally extends LedgerSink {
  readonly made: number;
  /** Readings that the broker acknowledged, each counted once. */
  readonly acknowledged: number;
  /** Fell out of a full buffer before that, or were kept from the wire by a fault. */
  readonly dropped: number;
  readonly withheld: number;
  /** Requests that came. */
  readonly asked: number;
}

/** Counts, and passes what it is told on to `next`. */
export function createTally(next?: LedgerSink): Tally {
  const pending = new Map<string, Set<string>>();
  const counts = { made: 0, acknowledged: 0, dropped: 0, withheld: 0, asked: 0 };
  const keyOf = ({ boot, seq }: { boot: number; seq: number }): string => `${boot}/${seq}`;
  const note = (event: LedgerEvent): void => {
    next?.note(event);
    let mine = pending.get(event.device);
    if (!mine) pending.set(event.device, (mine = new Set()));
    if (event.what === 'made') {
      counts.made += 1;
      mine.add(keyOf(event));
    } else if (event.what === 'acknowledged') {
      if (mine.delete(keyOf(event))) counts.acknowledged += 1;
    } else if (event.what === 'dropped') {
      if (mine.delete(keyOf(event))) counts.dropped += 1;
    } else if (event.what === 'renumbered') {
      if (event.from && mine.delete(keyOf(event.from))) mine.add(keyOf(event));
    } else if (event.what === 'withheld' || event.what === 'asked') counts[event.what] += 1;
  };
  return Object.assign(Object.create(counts) as typeof counts, { note });
}

/** Bytes of lines before they are written. */
const flushBytes = 65_536;

/** A ledger file of JSON Lines, as `readLedger` reads it. @throws when the file cannot be written. */
export function openLedgerFile(file: string): LedgerSink & Disposable {
  const fd = openSync(file, 'w');
  let text = '';
  const flush = (): void => {
    writeSync(fd, text);
    text = '';
  };
  return {
    note(event) {
      text += `${JSON.stringify(event)}\n`;
      if (text.length > flushBytes) flush();
    },
    [Symbol.dispose]() {
      flush();
      closeSync(fd);
    },
  };
}
