import { expect, test } from 'vitest';
import { linesOf, readText } from '../test-transfer.ts';

const good =
  '{"time":"2026-11-22T16:00:00.000Z","device":"hall","quantity":"temperature","value":20.6,"unit":"°C"}';
const goodLine = 'hall temperature 2026-11-22T16:00:00.000Z 20.6';

test.for([
  good,
  '{"value":20.6,"time":1795363200000,"quantity":"temperature","device":"hall","note":{"a":[1]}}',
  '{"value":"20.6","time":"1795363200","quantity":"temperature","device":"hall","unit":null}',
])('%s is read', async (line) => {
  const { arrivals, report } = await readText('jsonl', `${line}\n`);
  expect(linesOf(arrivals)).toEqual([goodLine]);
  expect(report.skipped).toEqual([]);
});

test.for<[reason: string, line: string]>([
  ['json', '{"time":'],
  ['json', `${good}${good}`],
  ['json', '['.repeat(8000)],
  ['columns', `${'['.repeat(4000)}${']'.repeat(4000)}`],
  ['columns', '[]'],
  ['columns', 'null'],
  ['columns', '"text"'],
  ['columns', '{"__proto__":{"time":1795363200,"device":"hall","quantity":"temperature","value":1}}'],
  ['columns', good.replace('"value":20.6,', '')],
  ['time', good.replace('"2026-11-22T16:00:00.000Z"', 'true')],
  ['time', good.replace('"2026-11-22T16:00:00.000Z"', '[1795363200]')],
  ['device', good.replace('"hall"', '7')],
  ['quantity', good.replace('"temperature"', 'null')],
  ['unit', good.replace('"°C"', '1')],
  ['value', good.replace('20.6', 'true')],
  ['value', good.replace('20.6', '{"a":{"b":1}}')],
  ['range', good.replace('20.6', '1e308')],
  ['line-too-long', good.replace('hall', 'h'.repeat(10_000))],
])('a line is skipped for its %s, and costs no other (%#)', async ([reason, line]) => {
  const { arrivals, report } = await readText('jsonl', `${good}\n${line}\n${good}\n`);
  expect(linesOf(arrivals)).toEqual([goodLine, goodLine]);
  expect(report.skipped).toMatchObject([{ reason, count: 1, examples: [{ row: 2 }] }]);
  expect(report.read).toBe(3);
});
