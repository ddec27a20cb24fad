import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  quantities,
  quantityNames,
  type ExportFormat,
  type ImportFormat,
  type ImportMapping,
  type ImportReport,
  type QuantityName,
} from '@hearth/contract';
import type { Arrival, RawReadings } from '@hearth/store';
import * as fc from 'fast-check';
import { encoders } from './export/encoders.ts';
import { createIntake } from './import/intake.ts';
import { startOfFile, type Mark } from './import/position.ts';
import { readers } from './import/readers.ts';
import { emptyReport } from './import/tally.ts';

/** 2026-11-22T16:00:00.000Z. */
export const noon = 1_795_363_200_000;
/** When the imports of tests begin. */
export const startedAt = noon + 30 * 86_400_000;

/** A folder for one test. */
export interface Folder extends Disposable {
  path(name: string): string;
}

export function makeFolder(): Folder {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-transfer-'));
  return {
    path: (name) => join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** The whole file that a format makes of slices. */
export function encoded(format: ExportFormat, slices: readonly RawReadings[]): Buffer {
  const encoder = encoders[format]();
  return Buffer.concat([encoder.begin(), ...slices.map((slice) => encoder.add(slice)), encoder.end()]);
}

/** What a file has, read on this thread. */
export interface ReadFile {
  report: ImportReport;
  arrivals: Arrival[];
  /** Where it could have stopped. */
  marks: Mark[];
}

/** Reads a file as an import does, from a position and report on. */
export async function readFile(
  format: ImportFormat,
  path: string,
  {
    mapping = {},
    position = startOfFile,
    report = emptyReport(),
  }: Partial<{ mapping: ImportMapping; position: Mark['position']; report: ImportReport }> = {},
): Promise<ReadFile> {
  const intake = createIntake(mapping, report, startedAt);
  const marks: Mark[] = [];
  const arrivals: Arrival[] = [];
  for await (const mark of readers[format](path, position, intake)) {
    arrivals.push(...intake.gathered());
    marks.push(mark);
  }
  return { report: structuredClone(intake.report()), arrivals, marks };
}

/** Reads what a file says. */
export async function readText(
  format: ImportFormat,
  text: string | Uint8Array,
  mapping: ImportMapping = {},
): Promise<ReadFile> {
  using folder = makeFolder();
  const path = folder.path('given');
  writeFileSync(path, text);
  return await readFile(format, path, { mapping });
}

/** Readings as lines that a person can compare: device, quantity, ISO time, value. */
export const linesOf = (arrivals: readonly Arrival[]): string[] =>
  arrivals.flatMap(({ device, at, values }) =>
    Object.entries(values).map(
      ([quantity, value]) => `${device} ${quantity} ${new Date(at).toISOString()} ${value}`,
    ),
  );

/** A value of a quantity as the store keeps it: decimals mostly, now and then any double of the range, or NaN. */
function storedValue(quantity: QuantityName): fc.Arbitrary<number> {
  const facts = quantities[quantity];
  if (facts.kind === 'boolean') return fc.constantFrom(0, 1, NaN);
  if (facts.kind === 'choice') return fc.constantFrom(...facts.choices.keys(), NaN);
  const { min, max } = facts;
  return fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: min * 100, max: max * 100 }).map((cents) => cents / 100) },
    { weight: 2, arbitrary: fc.double({ min, max, noNaN: true }).map((value) => value + 0) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  );
}

/** A slice of any series, in order of time. */
export const anySlice: fc.Arbitrary<RawReadings> = fc
  .record({
    device: fc.constantFrom(
      'hall-thermostat',
      'kitchen-heater',
      'abc',
      'a1234567890123456789012345678901234x',
    ),
    quantity: fc.constantFrom(...quantityNames),
  })
  .chain(({ device, quantity }) =>
    fc
      .uniqueArray(fc.tuple(fc.integer({ min: noon - 40 * 86_400_000, max: noon }), storedValue(quantity)), {
        selector: ([at]) => at,
        maxLength: 200,
      })
      .map((readings) => readings.toSorted(([a], [b]) => a - b))
      .map((readings) => ({
        device,
        quantity,
        at: Float64Array.from(readings, ([at]) => at),
        value: Float64Array.from(readings, ([, value]) => value),
      })),
  );
