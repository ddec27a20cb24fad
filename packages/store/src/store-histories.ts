import * as fc from 'fast-check';
import type { Arrival } from './face.ts';

export const base = 1_795_363_200_000;
const minute = 60_000;

/** Histories to try; `npm test` says how many (scripts/test/depth.mjs). */
export const histories = Number(process.env['TEST_HISTORIES'] ?? 250);

/** A number, a switch and a choice. */
export const modelled = ['temperature', 'heating', 'mode'] as const;

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 6 });

/** Resolutions of sensors, and values that have none. */
const temperatures = fc.oneof(
  fc.integer({ min: -500, max: 800 }).map((tenths) => tenths / 10),
  fc.integer({ min: -5000, max: 8000 }).map((hundredths) => hundredths / 100),
  fc.double({ min: -50, max: 80, noNaN: true }),
);

/** Few devices, keys and instants, so that repeats, corrections and lateness are common; clocks jump by months. */
export const arrivals = fc.array(
  fc.record({
    device: fc.constantFrom('attic', 'bath'),
    key: fc.option(
      fc.record({ boot: fc.integer({ min: 0, max: 2 }), seq: fc.integer({ min: 0, max: 12 }) }),
      { freq: 4 },
    ),
    at: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 24 }).map((step) => base + step * 11 * minute) },
      { weight: 5, arbitrary: fc.integer({ min: base, max: base + 300 * minute }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: base }) },
    ),
    isLate: fc.boolean(),
    faults: fc.constantFrom(undefined, { temperature: 'unplugged', mode: 'unknown' }),
    values: fc.record({
      temperature: optional(orNull(temperatures)),
      heating: optional(orNull(fc.boolean())),
      mode: optional(orNull(fc.constantFrom('off', 'heat', 'auto'))),
    }),
  }),
  { minLength: 1, maxLength: 40 },
);

export const query = fc.record({
  from: fc.integer({ min: base - 60 * minute, max: base + 300 * minute }),
  lengthMs: fc.integer({ min: 0, max: 400 * minute }),
  count: fc.integer({ min: 1, max: 400 }),
});

export type Given = typeof arrivals extends fc.Arbitrary<infer T> ? T : never;
export type Query = typeof query extends fc.Arbitrary<infer T> ? T : never;

/** Each run has its own devices, so that one store serves all. */
export function arrivalsOf(given: Given, run: number): Arrival[] {
  return given
    .map(({ device, values, ...rest }, i) => ({
      ...rest,
      device: `${device}-${run}`,
      receivedAt: base + i,
      values: Object.fromEntries(
        Object.entries(values).filter(([, value]) => value !== undefined),
      ) as Arrival['values'],
    }))
    .filter(({ values }) => Object.keys(values).length > 0);
}
