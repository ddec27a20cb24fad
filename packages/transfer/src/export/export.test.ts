import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { openStore, type Arrival, type RawReadings, type Store } from '@hearth/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encoded, makeFolder, noon } from '../test-transfer.ts';
import { exportReadings, stretchesOf, type ExportOrder, type ExportProgress } from './export.ts';

const all = { from: 0, to: noon + 1 };

function arrival(device: string, at: number, values: Arrival['values']): Arrival {
  return { device, key: null, at, receivedAt: at, isLate: false, values };
}
const arrivals = [
  arrival('hall', noon - 1000, { temperature: 20.6, heating: true, mode: 'heat' }),
  arrival('hall', noon, { temperature: null, heating: false }),
  arrival('attic', noon, { temperature: -5.25 }),
];

const folder = makeFolder();
let store: Store;
beforeAll(async () => {
  store = await openStore({ path: folder.path('readings.db') });
  await store.append(arrivals);
});
afterAll(async () => {
  await store.close();
  folder[Symbol.dispose]();
});

async function textOf(order: ExportOrder): Promise<string> {
  const stretches = await stretchesOf(store, order);
  const file = exportReadings(store, { format: order.format, stretches });
  return Buffer.concat(await collected(file)).toString();
}

async function collected<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const each of source) items.push(each);
  return items;
}

test('CSV has a line of names, and a line for each reading', async () => {
  expect(await textOf({ format: 'csv', ...all })).toBe(
    [
      'time,device,quantity,value,unit',
      '2026-11-22T16:00:00.000Z,attic,temperature,-5.25,°C',
      '2026-11-22T15:59:59.000Z,hall,heating,true,',
      '2026-11-22T16:00:00.000Z,hall,heating,false,',
      '2026-11-22T15:59:59.000Z,hall,mode,heat,',
      '2026-11-22T15:59:59.000Z,hall,temperature,20.6,°C',
      '2026-11-22T16:00:00.000Z,hall,temperature,,°C',
      '',
    ].join('\r\n'),
  );
});

test('JSON Lines has an object for each reading', async () => {
  const text = await textOf({
    format: 'jsonl',
    ...all,
    devices: ['hall'],
    quantities: ['heating', 'temperature'],
  });
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { time: '2026-11-22T15:59:59.000Z', device: 'hall', quantity: 'heating', value: true, unit: null },
    { time: '2026-11-22T16:00:00.000Z', device: 'hall', quantity: 'heating', value: false, unit: null },
    { time: '2026-11-22T15:59:59.000Z', device: 'hall', quantity: 'temperature', value: 20.6, unit: '°C' },
    { time: '2026-11-22T16:00:00.000Z', device: 'hall', quantity: 'temperature', value: null, unit: '°C' },
  ]);
});

test('a range has its beginning, and not its end', async () => {
  expect(await textOf({ format: 'csv', from: noon - 1000, to: noon, quantities: ['temperature'] })).toBe(
    'time,device,quantity,value,unit\r\n2026-11-22T15:59:59.000Z,hall,temperature,20.6,°C\r\n',
  );
  expect(await textOf({ format: 'csv', from: noon + 1, to: noon + 2 })).toBe(
    'time,device,quantity,value,unit\r\n',
  );
});

test('Parquet has typed columns, with instants in UTC and nulls for what is not there', async () => {
  const slice: RawReadings = {
    device: 'hall',
    quantity: 'temperature',
    at: Float64Array.of(noon, noon + 1),
    value: Float64Array.of(20.6, NaN),
  };
  const on: RawReadings = { ...slice, quantity: 'heating', value: Float64Array.of(1, 0) };
  const mode: RawReadings = { ...slice, quantity: 'mode', value: Float64Array.of(1, NaN) };
  const bytes = Uint8Array.from(encoded('parquet', [slice, on, mode]));
  const metadata = parquetMetadata(bytes.buffer);
  expect(
    metadata.schema.slice(1).map(({ name, type, repetition_type }) => [name, type, repetition_type]),
  ).toEqual([
    ['time', 'INT64', 'REQUIRED'],
    ['device', 'BYTE_ARRAY', 'REQUIRED'],
    ['quantity', 'BYTE_ARRAY', 'REQUIRED'],
    ['value', 'DOUBLE', 'OPTIONAL'],
    ['is_on', 'BOOLEAN', 'OPTIONAL'],
    ['choice', 'BYTE_ARRAY', 'OPTIONAL'],
    ['unit', 'BYTE_ARRAY', 'OPTIONAL'],
  ]);
  expect(metadata.schema[1]!.logical_type).toEqual({
    type: 'TIMESTAMP',
    isAdjustedToUTC: true,
    unit: 'MILLIS',
  });
  const row = { device: 'hall', value: null, is_on: null, choice: null, unit: null };
  const [first, second] = [new Date(noon), new Date(noon + 1)];
  expect(await parquetReadObjects({ file: bytes.buffer })).toEqual([
    { ...row, time: first, quantity: 'temperature', value: 20.6, unit: '°C' },
    { ...row, time: second, quantity: 'temperature', unit: '°C' },
    { ...row, time: first, quantity: 'heating', is_on: true },
    { ...row, time: second, quantity: 'heating', is_on: false },
    { ...row, time: first, quantity: 'mode', choice: 'heat' },
    { ...row, time: second, quantity: 'mode' },
  ]);
});

test('an empty export of Parquet is a file too', async () => {
  const bytes = Uint8Array.from(encoded('parquet', []));
  expect(parquetMetadata(bytes.buffer)).toMatchObject({ num_rows: 0n, row_groups: [] });
});

/** A series that never ends, and how much of it was asked for. */
function endlessStore() {
  const state = { asked: 0 };
  return {
    state,
    raw({ device, quantity, from }: { device: string; quantity: 'temperature'; from: number }) {
      state.asked++;
      const at = Float64Array.from({ length: 1000 }, (_, i) => from + i);
      return Promise.resolve({ device, quantity, at, value: at.map(() => 20) });
    },
  };
}
const stretches = [{ device: 'hall', quantity: 'temperature' as const, from: 0, to: 4_000_000_000_000 }];

test('nothing is read that is not taken, and whoever stops ends it', async () => {
  const endless = endlessStore();
  const told: ExportProgress[] = [];
  const file = exportReadings(endless as never, { format: 'csv', stretches }, (progress) =>
    told.push(progress),
  );
  for (let taken = 0; taken < 5; taken++) await file.next();
  // The heading, four slices, and one ahead of each of the two hands that they go through.
  expect(endless.state.asked).toBeLessThanOrEqual(7);
  expect(told.at(-1)).toMatchObject({ readings: 4000 });
  expect(told.at(-1)!.bytes).toBeGreaterThan(4000 * 40);
  await file.return();
  expect(await file.next()).toEqual({ value: undefined, done: true });
  expect(endless.state.asked).toBeLessThanOrEqual(7);
});

test('a store that cannot be read ends the file with its error', async () => {
  const endless = endlessStore();
  const raw = endless.raw.bind(endless);
  const broken = {
    raw: (query: Parameters<typeof raw>[0]) =>
      endless.state.asked < 3 ? raw(query) : Promise.reject(new Error('the disk is gone')),
  };
  const file = exportReadings(broken as never, { format: 'jsonl', stretches });
  await expect(collected(file)).rejects.toThrow('the disk is gone');
});
