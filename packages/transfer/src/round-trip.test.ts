import { writeFileSync } from 'node:fs';
import { exportFormats } from '@hearth/contract';
import type { RawReadings } from '@hearth/store';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anySlice, encoded, linesOf, makeFolder, readFile } from './test-transfer.ts';
import { factsOf, valueOf } from './words.ts';

const linesOfSlices = (slices: readonly RawReadings[]): string[] =>
  slices.flatMap(({ device, quantity, at, value }) =>
    Array.from(at, (each, i) => {
      const said = valueOf(factsOf(quantity), value[i]!);
      return `${device} ${quantity} ${new Date(each).toISOString()} ${said}`;
    }),
  );

test.for(exportFormats)('what goes out as %s comes in again as it was', async (format) => {
  using folder = makeFolder();
  const path = folder.path('file');
  await fc.assert(
    fc.asyncProperty(fc.array(anySlice, { maxLength: 12 }), async (slices) => {
      writeFileSync(path, encoded(format, slices));
      const { arrivals, report } = await readFile(format, path);
      const lines = linesOfSlices(slices);
      expect(linesOf(arrivals)).toEqual(lines);
      expect(report).toMatchObject({ read: lines.length, skipped: [] });
    }),
    { numRuns: 200 },
  );
});

test.for(exportFormats)('a file of %s may be left at any mark, and read on from there', async (format) => {
  using folder = makeFolder();
  const path = folder.path('file');
  const count = 30_000;
  const slice: RawReadings = {
    device: 'hall-thermostat',
    quantity: 'temperature',
    at: Float64Array.from({ length: count }, (_, i) => 1_795_000_000_000 + i * 1000),
    value: Float64Array.from({ length: count }, (_, i) => (i % 7 === 0 ? NaN : (i % 500) / 10)),
  };
  writeFileSync(path, encoded(format, [slice]));
  const whole = await readFile(format, path);
  expect(whole.arrivals).toHaveLength(count);
  expect(whole.marks.length).toBeGreaterThan(3);
  expect(whole.marks.at(-1)!.share).toBe(1);

  const { position } = whole.marks[2]!;
  const rest = await readFile(format, path, { position });
  expect(rest.arrivals.length).toBeLessThan(count);
  expect(rest.arrivals).toEqual(whole.arrivals.slice(-rest.arrivals.length));
  expect(rest.arrivals.length + position.row - (format === 'csv' ? 1 : 0)).toBe(count);
});
