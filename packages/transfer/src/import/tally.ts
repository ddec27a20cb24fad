import type { ImportReport, ImportSource, QuantityName, SkipReason } from '@hearth/contract';
import { limits } from './limits.ts';
import { shown } from './values.ts';

/** A report of nothing read. */
export const emptyReport = (): ImportReport => ({
  read: 0,
  stored: 0,
  alreadyThere: 0,
  skipped: [],
  sources: [],
});

/** Counts what a file has, and keeps the first examples of what was wrong. */
export interface Tally {
  /** A reading that is skipped. `row` is its line, row or row id. */
  skip(reason: SkipReason, row: number, got: unknown, expected: string): void;
  /** A reading that is taken, from this source. */
  take(source: ImportSource): void;
  /** The source of this name as the report lists it; beyond the bound of the list, one that nobody sees. */
  source(name: string, device: string | null, quantity: QuantityName | null): ImportSource;
  /** What the readings of a source were so far; null before the first. */
  quantityOf(name: string): QuantityName | null;
  /** All so far, from the beginning of the file on. Stored and already there are not known here. */
  report(): ImportReport;
}

/** A tally that goes on from a report. */
export function createTally(from: ImportReport): Tally {
  const report = structuredClone(from);
  const skipped = new Map(report.skipped.map((one) => [one.reason, one]));
  const key = (name: string, quantity: string | null): string => `${name}\n${quantity}`;
  const sources = new Map(report.sources.map((one) => [key(one.source, one.quantity), one]));
  const quantities = new Map(report.sources.map((one) => [one.source, one.quantity]));

  return {
    skip(reason, row, got, expected) {
      report.read++;
      let entry = skipped.get(reason);
      if (!entry) {
        entry = { reason, count: 0, examples: [] };
        skipped.set(reason, entry);
        report.skipped.push(entry);
      }
      entry.count++;
      const { examples } = entry;
      if (examples.length >= limits.examplesMax) return;
      const example = { row, got: shown(got), expected };
      if (!examples.some((one) => one.got === example.got)) examples.push(example);
    },
    take(source) {
      report.read++;
      source.readings++;
    },
    source(name, device, quantity) {
      const known = sources.get(key(name, quantity));
      if (known) return known;
      const source: ImportSource = { source: name, device, quantity, readings: 0 };
      if (sources.size >= limits.sourcesMax) return source;
      if (quantity !== null) quantities.set(name, quantity);
      sources.set(key(name, quantity), source);
      report.sources.push(source);
      return source;
    },
    quantityOf: (name) => quantities.get(name) ?? null,
    report: () => report,
  };
}
