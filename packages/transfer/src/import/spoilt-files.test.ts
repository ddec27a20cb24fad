import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportFormat, ImportReport } from '@hearth/contract';
import { expect, test } from 'vitest';
import { encoded, makeFolder, noon, readFile, startedAt, type Folder } from '../test-transfer.ts';
import { importReadings } from './import.ts';
import { makeRecorder } from './recorder/test-recorder.ts';

const samples = join(import.meta.dirname, '../../samples');
const sample = (name: string): Buffer => readFileSync(join(samples, `${name}.parquet`));
const count = 500;
const slice = {
  device: 'hall',
  quantity: 'temperature' as const,
  at: Float64Array.from({ length: count }, (_, i) => noon + i * 10_000),
  value: Float64Array.from({ length: count }, (_, i) => i / 10),
};

/** Good files, to be spoilt. */
const files: Record<string, [ImportFormat, (folder: Folder) => Buffer]> = {
  'our Parquet': ['parquet', () => encoded('parquet', [slice])],
  'Parquet of pyarrow': ['parquet', () => sample('snappy')],
  'Parquet with pages of version 2': ['parquet', () => sample('pages-v2')],
  CSV: ['csv', () => encoded('csv', [slice])],
  'JSON Lines': ['jsonl', () => encoded('jsonl', [slice])],
  'line protocol': [
    'line-protocol',
    () => Buffer.from(`hall temperature=20.6,mode="heat" ${noon}000000\n`.repeat(count)),
  ],
  'a recorder database': [
    'home-assistant',
    (folder) => {
      const path = folder.path('good.db');
      const attributes = { unit_of_measurement: '°C', device_class: 'temperature' };
      const states = Array.from({ length: count }, (_, i) => ({
        entity: 'sensor.hall_temperature',
        state: '20.6',
        at: noon + i * 1000,
        attributes,
      }));
      makeRecorder(path, 'now', { states });
      return readFileSync(path);
    },
  ],
};

/** A store that takes anything in. */
const store = { appendPacked: () => Promise.resolve([]) };

/** Reads on a thread, whose patience ends: what is spoilt can make the library of Parquet go round for ever. */
function readApart(format: ImportFormat, path: string): Promise<ImportReport> {
  const order = { path, format, mode: 'store', startedAt } as const;
  const on = { onState: () => undefined, signal: new AbortController().signal, patienceMs: 5000 };
  return importReadings(store, order, on);
}

const readHere = async (format: ImportFormat, path: string): Promise<ImportReport> =>
  (await readFile(format, path)).report;

test.for(Object.keys(files))(
  '%s that is spoilt in any place gives readings or a refusal, and nothing worse',
  { timeout: 120_000 },
  async (name) => {
    using folder = makeFolder();
    const [format, make] = files[name]!;
    const good = make(folder);
    const path = folder.path('spoilt');
    const [read, runs] = format === 'parquet' ? ([readApart, 4] as const) : ([readHere, 40] as const);
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let run = 0; run < runs; run++) {
      const bytes = Buffer.from(good);
      for (let spoils = 1 + random(4); spoils > 0; spoils--) bytes[random(bytes.length)] = random(256);
      writeFileSync(path, run % 8 === 3 ? bytes.subarray(0, random(bytes.length)) : bytes);
      const end = await read(format, path).then(
        (report) => report.read > 0 || report.skipped.length === 0,
        (error: Error & { code?: string }) => error.code ?? error.message,
      );
      expect([true, 'damaged', 'too-large', 'not-this-format'], `run ${run}`).toContain(end);
    }
  },
);
