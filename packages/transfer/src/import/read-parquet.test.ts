import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { linesOf, noon, readFile, readText } from '../test-transfer.ts';

const samples = join(import.meta.dirname, '../../samples');
const at = (seconds: number): string => new Date(noon + 123 + seconds * 1000).toISOString();
const readings = [
  `hall temperature ${at(0)} 20.5`,
  `hall temperature ${at(10)} 20.6`,
  `hall temperature ${at(20)} null`,
  `hall temperature ${at(30)} 20.7`,
];
const read = (name: string) => readFile('parquet', join(samples, `${name}.parquet`));

describe('a file of pyarrow', () => {
  test.for([
    'snappy',
    'gzip',
    'zstd',
    'brotli',
    'none',
    'pages-v2',
    'small-groups',
    'dictionaries',
    'nanoseconds',
    'milliseconds',
    'text',
  ])('is read: %s', async (name) => {
    const { arrivals, report, marks } = await read(name);
    expect(linesOf(arrivals)).toEqual(readings);
    expect(report.read).toBe(6);
    expect(report.skipped).toMatchObject([
      {
        reason: 'range',
        count: 1,
        examples: [{ row: 5, got: name === 'text' ? '200' : '200', expected: '-50 to 80 °C' }],
      },
      { reason: 'quantity', count: 1, examples: [{ row: 6, got: 'pressure' }] },
    ]);
    expect(marks.at(-1)!.share).toBe(1);
  });

  test.for([
    ['lz4', 'damaged', /unsupported compression codec/],
    ['no-zone', 'not-this-format', /time zone/],
    ['no-device', 'not-this-format', /no column device/],
  ] as const)('is refused: %s', async ([name, code, message]) => {
    await expect(read(name)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

test('a file that is no Parquet, or ends too early, says so', async () => {
  const whole = readFileSync(join(samples, 'snappy.parquet'));
  for (const bytes of [
    '',
    'PAR1',
    'time,device\n',
    whole.subarray(0, whole.length - 5),
    whole.subarray(0, 100),
  ])
    await expect(readText('parquet', bytes)).rejects.toMatchObject({
      code: 'not-this-format',
      message: expect.stringMatching(/not a Parquet file/),
    });
});
