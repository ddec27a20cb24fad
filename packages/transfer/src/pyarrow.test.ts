import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encoded, makeFolder, noon } from './test-transfer.ts';

const python = (script: string, ...args: string[]) =>
  spawnSync('python3', ['-c', script, ...args], { encoding: 'utf8' });
const hasPyarrow = python('import pyarrow.parquet').status === 0;

const script = `
import json, sys
import pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
print(json.dumps({
  "types": [str(field.type) for field in table.schema],
  "rows": table.num_rows,
  "groups": pq.ParquetFile(sys.argv[1]).num_row_groups,
  "times": [t.isoformat() for t in table.slice(0, 2)["time"].to_pylist()],
  "sum": sum(v for v in table["value"].to_pylist() if v is not None),
  "nulls": table["value"].null_count,
  "on": table["is_on"].to_pylist().count(True),
  "choices": sorted(set(c for c in table["choice"].to_pylist() if c)),
  "units": sorted(set(u for u in table["unit"].to_pylist() if u)),
}))
`;

test.skipIf(!hasPyarrow)('pyarrow, where it is there, reads our Parquet as it was written', () => {
  using folder = makeFolder();
  const path = folder.path('readings.parquet');
  const count = 150_000;
  const at = Float64Array.from({ length: count }, (_, i) => noon + i * 10_000 + (i % 7));
  const value = Float64Array.from({ length: count }, (_, i) => (i % 1000 === 0 ? NaN : (i % 500) / 4));
  const few = at.slice(0, 4);
  writeFileSync(
    path,
    encoded('parquet', [
      { device: 'hall', quantity: 'power', at, value },
      { device: 'hall', quantity: 'heating', at: few, value: Float64Array.of(1, 0, 1, NaN) },
      { device: 'hall', quantity: 'mode', at: few, value: Float64Array.of(0, 1, 2, NaN) },
    ]),
  );
  const { stdout, stderr } = python(script, path);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    types: ['timestamp[ms, tz=UTC]', 'string', 'string', 'double', 'bool', 'string', 'string'],
    rows: count + 8,
    groups: 2,
    times: ['2026-11-22T16:00:00+00:00', '2026-11-22T16:00:10.001000+00:00'],
    sum: value.reduce((sum, each) => sum + (Number.isNaN(each) ? 0 : each), 0),
    nulls: 150 + 8,
    on: 2,
    choices: ['auto', 'heat', 'off'],
    units: ['W'],
  });
});
