import type { ImportMapping, ImportReport } from '@hearth/contract';
import { cutoffOf, type Arrival, type RetentionRule } from '@hearth/store';
import { instantOfNumber, instantOfText, type ReadInstant } from './instants.ts';
import { limits } from './limits.ts';
import { createTally, type Tally } from './tally.ts';
import { createTargets, type Said, type Target } from './targets.ts';
import { readValue } from './values.ts';

/** A reading as a file has it; `value` null is a failed sensor. */
interface Found extends Said {
  /** A number is Unix time, of any of the scales that are used. */
  at: string | number;
  value: unknown;
}

/** Where all readers put what they find: it is checked here, counted, and gathered for the store. */
export interface Intake extends Pick<Tally, 'skip' | 'report' | 'quantityOf'> {
  /** `row` is the line, row or row id that a report names. */
  take(found: Found, row: number): void;
  /** What was gathered; from then on it is gathered anew. */
  gathered(): Arrival[];
  readonly size: number;
}

/**
 * `now` is our clock when the import began: readings of the future are none.
 * @param rules what is kept: readings of which not even a rollup would be left are not taken
 */
export function createIntake(
  mapping: ImportMapping,
  from: ImportReport,
  now: number,
  rules: readonly RetentionRule[] = [],
): Intake {
  const tally = createTally(from);
  const targets = createTargets(mapping, tally);
  const cutoffs = new Map<Target, number>();
  let arrivals: Arrival[] = [];

  function instantOf(at: string | number): ReadInstant {
    const read = typeof at === 'number' ? instantOfNumber(at) : instantOfText(at);
    if ('expected' in read || read.at <= now + limits.aheadMs) return read;
    return { expected: 'a time that has passed' };
  }

  function cutoff(target: Target): number {
    let known = cutoffs.get(target);
    if (known === undefined) {
      known = cutoffOf(rules, target.device, target.quantity, now).rollups;
      cutoffs.set(target, known);
    }
    return known;
  }

  function put(
    { device, quantity, source }: Target,
    at: number,
    value: Arrival['values'][typeof quantity],
  ): void {
    tally.take(source);
    arrivals.push({
      device,
      key: null,
      at,
      receivedAt: now,
      isLate: true,
      values: { [quantity]: value ?? null },
    });
  }

  return {
    skip: (...skipped) => tally.skip(...skipped),
    report: () => tally.report(),
    quantityOf: (name) => tally.quantityOf(name),
    take(found, row) {
      const target = targets.of(found);
      if ('reason' in target) return tally.skip(target.reason, row, target.got, target.expected);
      const instant = instantOf(found.at);
      if ('expected' in instant) return tally.skip('time', row, found.at, instant.expected);
      if (instant.at < cutoff(target))
        return tally.skip('not-kept', row, found.at, `not before ${new Date(cutoff(target)).toISOString()}`);
      const read = readValue(target.quantity, found.value, target.conversion);
      if ('reason' in read) return tally.skip(read.reason, row, found.value, read.expected);
      if (Number(read.value) > target.max)
        return tally.skip(
          'range',
          row,
          found.value,
          `at most ${target.max} in °C; if it is °F, the mapping says so`,
        );
      put(target, instant.at, read.value);
    },
    gathered() {
      const all = arrivals;
      arrivals = [];
      return all;
    },
    get size() {
      return arrivals.length;
    },
  };
}
