import { appendFileSync, readFileSync } from 'node:fs';
import type { Values } from '@hearth/contract';

/**
 * What one device did with its readings, as it happened. `receipted` speaks of all up to (boot, seq); `dropped`
 * ones fell out of a full buffer, a simulated fault kept `withheld` ones from the wire; `renumbered` gives the reading
 * `from` a new number. `asked` is a request that came, at the newest reading then.
 */
export interface LedgerEvent {
  device: string;
  what: 'made' | 'sent' | 'acknowledged' | 'receipted' | 'dropped' | 'withheld' | 'renumbered' | 'asked';
  boot: number;
  seq: number;
  /** Only with `made`: when it was measured (Unix ms), and what. */
  at?: number;
  values?: Values;
  /** Only with `renumbered`. */
  from?: { boot: number; seq: number };
}

/** What became of one reading. */
export interface LedgerEntry {
  device: string;
  boot: number;
  seq: number;
  at: number;
  values: Values;
  /** How often it went out under this number. */
  sent: number;
  /** The broker's PUBACK came. */
  isAcknowledged: boolean;
  /** The platform said that it is stored. */
  isReceipted: boolean;
  isDropped: boolean;
}

/** Where devices write their books. */
export type LedgerSink = Pick<Ledger, 'note'>;

/** The devices' own books, to compare with what a platform has stored. */
export interface Ledger {
  note(event: LedgerEvent): void;
  /** Device by device, in the order in which they were made. */
  entries(): LedgerEntry[];
  /** How many readings were made, and how many of them wait for a receipt or were dropped. */
  counts(): { made: number; waiting: number; dropped: number };
}

interface Books {
  entries: LedgerEntry[];
  byKey: Map<string, LedgerEntry>;
  /** Entries before this index have their receipt. */
  settled: number;
  dropped: number;
}

const keyOf = (number: { boot: number; seq: number }): string => `${number.boot}/${number.seq}`;

/**
 * An empty ledger; it grows with every reading, so it is for tests, not for a home that runs for weeks.
 * @param file Every event is also appended there, one JSON line each, for a process that is killed.
 */
export function createLedger(file?: string): Ledger {
  const devices = new Map<string, Books>();
  return {
    note(event) {
      if (file) appendFileSync(file, `${JSON.stringify(event)}\n`);
      let books = devices.get(event.device);
      if (!books)
        devices.set(event.device, (books = { entries: [], byKey: new Map(), settled: 0, dropped: 0 }));
      enter(books, event);
    },
    entries: () => [...devices.values()].flatMap((books) => books.entries),
    counts() {
      const counts = { made: 0, waiting: 0, dropped: 0 };
      for (const books of devices.values()) {
        counts.made += books.entries.length;
        counts.waiting += books.entries.length - books.settled;
        counts.dropped += books.dropped;
      }
      return counts;
    },
  };
}

function enter(books: Books, event: LedgerEvent): void {
  const { device, what, boot, seq } = event;
  if (what === 'made') {
    const fate = { sent: 0, isAcknowledged: false, isReceipted: false, isDropped: false };
    const entry = { device, boot, seq, at: event.at!, values: event.values!, ...fate };
    books.entries.push(entry);
    books.byKey.set(keyOf(entry), entry);
    return;
  }
  if (what === 'receipted') return settle(books, event);
  if (what === 'asked' || what === 'withheld') return;
  const entry = books.byKey.get(keyOf(event.from ?? event));
  if (!entry) return;
  if (what === 'sent') entry.sent += 1;
  else if (what === 'acknowledged') entry.isAcknowledged = true;
  else if (what === 'dropped') {
    entry.isDropped = true;
    books.dropped += 1;
  } else {
    books.byKey.delete(keyOf(entry));
    Object.assign(entry, { boot, seq, sent: 0, isAcknowledged: false });
    books.byKey.set(keyOf(entry), entry);
  }
}

function settle(books: Books, receipt: LedgerEvent): void {
  for (;;) {
    const next = books.entries[books.settled];
    if (!next || !isUpTo(next, receipt)) return;
    next.isReceipted = !next.isDropped;
    books.settled += 1;
  }
}

/** The ledger that a process left in a file; a line torn by its end is left out. */
export function readLedger(file: string): Ledger {
  const ledger = createLedger();
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1))
    ledger.note(JSON.parse(line) as LedgerEvent);
  return ledger;
}

/** Whether `a` is at or before `b` in the order of readings: by boot, then seq. */
export function isUpTo(a: { boot: number; seq: number }, b: { boot: number; seq: number }): boolean {
  return a.boot < b.boot || (a.boot === b.boot && a.seq <= b.seq);
}
