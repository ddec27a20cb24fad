import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ImportReport } from '@hearth/contract';
import { openStore, StoreWriteError, type RetentionRule } from '@hearth/store';
import { expect, test } from 'vitest';
import { encoded, makeFolder, noon, startedAt, type Folder } from '../test-transfer.ts';
import { ImportError, importReadings, type ImportState } from './import.ts';

const count = 20_000;
const slice = {
  device: 'hall',
  quantity: 'temperature' as const,
  at: Float64Array.from({ length: count }, (_, i) => noon - (count - i) * 1000),
  value: Float64Array.from({ length: count }, (_, i) => (i % 600) / 10),
};
const range = { device: 'hall', quantity: 'temperature', from: 0, to: noon } as const;

function writeSlice(folder: Folder): string {
  const path = folder.path('readings.csv');
  writeFileSync(path, encoded('csv', [slice]));
  return path;
}
const order = (path: string) => ({ path, format: 'csv', mode: 'store', startedAt }) as const;
const never = new AbortController().signal;
const ignore = (): void => undefined;

test('an import goes into the store in batches, tells each, and a second one changes nothing', async () => {
  using folder = makeFolder();
  await using store = await openStore({ path: folder.path('readings.db') });
  const path = writeSlice(folder);
  const states: ImportState[] = [];
  const report = await importReadings(store, order(path), {
    signal: never,
    onState: (state) => states.push(state),
  });
  expect(report).toMatchObject({ read: count, stored: count, alreadyThere: 0, skipped: [] });
  expect(states.length).toBeGreaterThan(3);
  expect(states.at(-1)).toMatchObject({ share: 1, report });
  const shares = states.map(({ share }) => share);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  const { at, value } = await store.raw(range);
  expect(at).toEqual(slice.at);
  expect(value).toEqual(slice.value);

  const again = await importReadings(store, order(path), { signal: never, onState: ignore });
  expect(again).toMatchObject({ read: count, stored: 0, alreadyThere: count });
  const [, second] = states;
  const onward = await importReadings(store, order(path), { signal: never, onState: ignore, state: second! });
  expect(onward).toMatchObject({ read: count, stored: second!.report.stored, skipped: [] });
  expect(onward.alreadyThere).toBe(count - second!.report.stored);
});

test('readings of which nothing would be kept are skipped and told, and those that leave a rollup are taken', async () => {
  using folder = makeFolder();
  await using store = await openStore({ path: folder.path('readings.db') });
  const path = writeSlice(folder);
  const run = (rules: RetentionRule[]) =>
    importReadings(store, { ...order(path), rules }, { signal: never, onState: ignore });
  // The slice is some thirty days old when the import begins.
  const skipped = await run([{ readingsDays: 20, rollupsDays: 20 }]);
  expect(skipped).toMatchObject({ stored: 0, skipped: [{ reason: 'not-kept', count }] });
  expect(skipped.skipped[0]!.examples[0]!.expected).toBe('not before 2026-12-02T16:00:00.000Z');
  expect(await run([{ readingsDays: 20 }])).toMatchObject({ stored: count, skipped: [] });
});

test('a trial says what would be taken, and stores nothing', async () => {
  using folder = makeFolder();
  const path = writeSlice(folder);
  const store = { appendPacked: () => Promise.reject(new Error('stored in a trial')) };
  const report = await importReadings(
    store,
    { ...order(path), mode: 'try' },
    { signal: never, onState: ignore },
  );
  expect(report).toMatchObject({ read: count, stored: 0, alreadyThere: 0, skipped: [] });
  expect(report.sources).toEqual([
    { source: 'hall', device: 'hall', quantity: 'temperature', readings: count },
  ]);
});

test('cancelled in the middle it ends at once; what was stored stays, and it can go on', async () => {
  using folder = makeFolder();
  await using store = await openStore({ path: folder.path('readings.db') });
  const path = writeSlice(folder);
  const cancel = new AbortController();
  let last: ImportState | undefined;
  const cancelled = importReadings(store, order(path), {
    signal: cancel.signal,
    onState(state) {
      last = state;
      if (state.report.stored >= 5000) cancel.abort(new Error('cancelled by hand'));
    },
  });
  await expect(cancelled).rejects.toThrow('cancelled by hand');
  expect(last!.report.stored).toBeLessThan(count);
  expect((await store.raw(range)).at).toHaveLength(last!.report.stored);

  const report = await importReadings(store, order(path), { signal: never, onState: ignore, state: last! });
  expect(report).toMatchObject({ read: count, stored: count, alreadyThere: 0 });
  expect((await store.raw(range)).at).toEqual(slice.at);
});

test('who cancels does not wait for a file that takes long', async () => {
  using folder = makeFolder();
  const path = writeSlice(folder);
  const cancel = new AbortController();
  const store = {
    appendPacked() {
      cancel.abort(new Error('cancelled by hand'));
      return Promise.resolve([]);
    },
  };
  await expect(
    importReadings(store, order(path), { signal: cancel.signal, onState: ignore }),
  ).rejects.toThrow('by hand');
  const before = AbortSignal.abort(new Error('before it began'));
  await expect(importReadings(store, order(path), { signal: before, onState: ignore })).rejects.toThrow(
    'before it began',
  );
});

test('a disk that refuses ends it where it is; from the last state nothing is missing', async () => {
  using folder = makeFolder();
  await using store = await openStore({ path: folder.path('readings.db') });
  const path = writeSlice(folder);
  let batches = 0;
  const full = {
    appendPacked: (packed: Uint8Array<ArrayBuffer>) =>
      ++batches === 3
        ? Promise.reject(new StoreWriteError('not stored', { code: 'SQLITE_FULL', message: 'full' }))
        : store.appendPacked(packed),
  };
  let last: ImportState | undefined;
  const refused = importReadings(full, order(path), { signal: never, onState: (state) => (last = state) });
  await expect(refused).rejects.toBeInstanceOf(StoreWriteError);
  const report = await importReadings(store, order(path), { signal: never, onState: ignore, state: last! });
  expect(report).toMatchObject({ read: count, stored: count, alreadyThere: 0 });
});

test('a file that is not what was said is refused', async () => {
  using folder = makeFolder();
  const path = writeSlice(folder);
  for (const format of ['parquet', 'home-assistant'] as const)
    await expect(
      importReadings(
        { appendPacked: () => Promise.resolve([]) },
        { ...order(path), format },
        { signal: never, onState: ignore },
      ),
    ).rejects.toBeInstanceOf(ImportError);
});

test('killed again and again it comes to the same end', { timeout: 180_000 }, async () => {
  using folder = makeFolder();
  const path = writeSlice(folder);
  const [db, state] = [folder.path('readings.db'), folder.path('state.json')];
  const script = fileURLToPath(new URL('./import-until-killed.ts', import.meta.url));
  const beginnings: number[] = [];
  let report: ImportReport | null = null;
  for (let kills = 0; report === null; kills++) {
    const child = spawn(process.execPath, [script, path, db, state], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    let told = 0;
    for await (const line of createInterface(child.stdout)) {
      const [word, rest = ''] = line.split(/ (.*)/);
      if (word === 'from') beginnings.push(Number(rest));
      if (word === 'done') report = JSON.parse(rest) as ImportReport;
      // Between a commit and its state, or in the middle of the next.
      if (word === 'at' && ++told === 2 && kills < 4) child.kill('SIGKILL');
    }
    await ended;
  }
  expect(beginnings[0]).toBe(0);
  expect(beginnings.at(-1)).toBeGreaterThan(0);
  expect(report).toMatchObject({ read: count, skipped: [] });
  expect(report.stored + report.alreadyThere).toBe(count);
  await using store = await openStore({ path: db });
  const { at, value } = await store.raw(range);
  expect(at).toEqual(slice.at);
  expect(value).toEqual(slice.value);
});
