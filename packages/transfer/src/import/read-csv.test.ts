import { expect, test } from 'vitest';
import { linesOf, readText } from '../test-transfer.ts';
import { limits } from './limits.ts';

const heading = 'time,device,quantity,value,unit\n';
const good = '2026-11-22T16:00:00.000Z,hall,temperature,20.6,°C';
const goodLine = 'hall temperature 2026-11-22T16:00:00.000Z 20.6';
const read = async (text: string | Uint8Array) => {
  const { arrivals, report } = await readText('csv', text);
  const skipped = report.skipped.map(({ reason, count, examples }) => [reason, count, examples[0]?.row]);
  return { lines: linesOf(arrivals), skipped, report };
};

test.for<[name: string, text: string, lines: string[]]>([
  ['CRLF and a byte order mark', `\uFEFF${heading}${good}\n`.replaceAll('\n', '\r\n'), [goodLine]],
  ['no end of the last line', heading + good, [goodLine]],
  [
    'columns in another order, and others between',
    'Value;note;Device;Time;Quantity\n20.6;"a; b";hall;2026-11-22T16:00:00Z;temperature\n',
    [goodLine],
  ],
  ['tabs', 'time\tdevice\tquantity\tvalue\n2026-11-22T16:00:00Z\thall\ttemperature\t20.6\n', [goodLine]],
  ['quotes', `${heading}"2026-11-22T16:00:00Z","hall","temperature","20.6","°C"\n`, [goodLine]],
  [
    'names that people give',
    `${heading}1795363200,Living Room,Temperature,70,°F\n`,
    ['living-room temperature 2026-11-22T16:00:00.000Z 21.111'],
  ],
  [
    'a sensor that failed',
    `${heading}2026-11-22T16:00:00Z,hall,temperature,,°C\n`,
    ['hall temperature 2026-11-22T16:00:00.000Z null'],
  ],
  ['empty lines', `${heading}\n${good}\n\n`, [goodLine]],
  ['nothing but its names', heading, []],
])('CSV with %s is read', async ([, text, lines]) => {
  expect(await read(text)).toMatchObject({ lines, skipped: [] });
});

test.for<[reason: string, line: string]>([
  ['columns', '2026-11-22T16:00:00Z,hall,temperature'],
  ['columns', '2026-11-22T16:00:00Z,hall,temperature,20.6,°C,more'],
  ['quotes', '2026-11-22T16:00:00Z,"hall,temperature,20.6,°C'],
  ['quotes', '2026-11-22T16:00:00Z,"hall"x,temperature,20.6,°C'],
  ['time', 'yesterday,hall,temperature,20.6,°C'],
  ['time', '2027-11-22T16:00:00Z,hall,temperature,20.6,°C'],
  ['device', '2026-11-22T16:00:00Z,,temperature,20.6,°C'],
  ['quantity', '2026-11-22T16:00:00Z,hall,pressure,20.6,°C'],
  ['unit', '2026-11-22T16:00:00Z,hall,temperature,20.6,bar'],
  ['value', '2026-11-22T16:00:00Z,hall,temperature,"20,6",°C'],
  ['range', '2026-11-22T16:00:00Z,hall,temperature,200,°C'],
  ['line-too-long', 'x'.repeat(limits.lineMax + 1)],
  ['line-too-long', 'x'.repeat(1_000_000)],
])('a line is skipped for its %s, and costs no other (%#)', async ([reason, line]) => {
  expect(await read(`${heading}${good}\n${line}\n${good.replace('16:', '15:')}\n`)).toMatchObject({
    lines: [goodLine, goodLine.replace('16:', '15:')],
    skipped: [[reason, 1, 3]],
    report: { read: 3 },
  });
});

test('what is not UTF-8 is one line that is skipped', async () => {
  const text = Buffer.concat([
    Buffer.from(heading),
    Buffer.from([0xff, 0xfe, 10]),
    Buffer.from(`${good}\r\n`),
  ]);
  expect(await read(text)).toMatchObject({ lines: [goodLine], skipped: [['encoding', 1, 2]] });
});

test('a file without the names is refused', async () => {
  for (const text of ['', 'a,b,c\n1,2,3\n', 'x'.repeat(200_000), '\0\0', 'PAR1'])
    await expect(read(text)).rejects.toMatchObject({
      code: 'not-this-format',
      message: expect.stringMatching(/time, device/),
    });
});

test('examples are few, and short', async () => {
  const lines = Array.from(
    { length: 1000 },
    (_, i) => `2026-11-22T16:00:00Z,hall,temperature,${'9'.repeat(200)}${i}`,
  );
  const { report } = await read(`time,device,quantity,value\n${lines.join('\n')}\n`);
  expect(report.skipped).toMatchObject([{ reason: 'range', count: 1000 }]);
  const { examples } = report.skipped[0]!;
  expect(examples.length).toBeLessThanOrEqual(limits.examplesMax);
  for (const { got } of examples) expect(got.length).toBeLessThanOrEqual(80);
});

test('a file of a million devices makes no more than a building has', async () => {
  const lines = Array.from({ length: 3000 }, (_, i) => `1795363200,device-${i},temperature,20`);
  const { arrivals, report } = await readText('csv', `time,device,quantity,value\n${lines.join('\n')}\n`);
  expect(new Set(arrivals.map(({ device }) => device)).size).toBe(limits.devicesMax);
  expect(report.skipped).toMatchObject([{ reason: 'too-many-devices', count: 3000 - limits.devicesMax }]);
  expect(report.sources.length).toBeLessThanOrEqual(limits.sourcesMax);
});

test('a mapping sends a device’s readings elsewhere, or nowhere', async () => {
  const text = `time,device,quantity,value\n1795363200,a1,temperature,70\n1795363200,b1,temperature,20\n1795363200,c1,temperature,9\n`;
  const { arrivals, report } = await readText('csv', text, {
    a1: { device: 'attic', quantity: 'outsideTemperature', unit: '°F' },
    b1: null,
  });
  expect(linesOf(arrivals)).toEqual([
    'attic outsideTemperature 2026-11-22T16:00:00.000Z 21.111',
    'c1-0 temperature 2026-11-22T16:00:00.000Z 9',
  ]);
  expect(report.skipped).toMatchObject([{ reason: 'not-wanted', count: 1 }]);
  expect(report.sources).toMatchObject([
    { source: 'a1', device: 'attic', quantity: 'outsideTemperature', readings: 1 },
    { source: 'b1', device: null, quantity: null },
    { source: 'c1', device: 'c1-0', quantity: 'temperature', readings: 1 },
  ]);
});
