import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { quantities, type QuantityFacts, type Values } from '@hearth/contract';
import { openStore, type Arrival, type Store } from '@hearth/store';
import { describe, expect, test } from 'vitest';
import { createRandom } from './faults/random.ts';
import { skipReason } from './interop/programs.ts';

const midnight = Date.UTC(2027, 0, 1);
const dayMs = 86_400_000;

/** An empty folder for a store. */
async function openFolder() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'hearth-format-'));
  return { path: join(folder.path, 'readings.db'), [Symbol.asyncDispose]: () => folder.remove() };
}

const arrival = (device: string, at: number, values: Values, more: Partial<Arrival> = {}): Arrival => ({
  device,
  key: null,
  at,
  receivedAt: at + 5,
  isLate: false,
  values,
  ...more,
});

describe('docs/store.md', () => {
  const document = readFileSync(new URL('../docs/store.md', import.meta.url), 'utf8');

  /** The lines of the example under a heading. */
  function exampleOf(heading: string): string[] {
    const [, section] = document.split(`\n### Example: ${heading}\n`);
    return /```text\n(.*?)\n```/s.exec(section!)![1]!.split('\n');
  }
  /** Its bytes, which stand before what is said of them. */
  const bytesOf = (heading: string): string =>
    exampleOf(heading)
      .join('\n')
      .match(/^[0-9a-f]{2}( [0-9a-f]{2})*(?=  |$)/gm)!
      .join(' ');
  const hex = (bytes: Uint8Array): string =>
    Buffer.from(bytes)
      .toString('hex')
      .replaceAll(/..(?=.)/g, '$& ');
  const sha256 = (...parts: (string | Uint8Array)[]): string =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

  /** The bodies of a container of which no length has more than seven bits, by the document alone. */
  function bodiesOf(data: Uint8Array): Uint8Array[] {
    let place = 2;
    const lengths = Array.from({ length: data[1]! }, () => {
      place += 1 + data[place]! + 1;
      return data[place - 1]!;
    });
    return lengths.map((length) => {
      const body = data.subarray(place + 1, place + length - 4);
      const isPacked = data[place] === 1;
      place += length;
      return isPacked ? inflateRawSync(body) : body;
    });
  }

  test('says what a number means, of each quantity and each choice', () => {
    const [, table] = document.split('\n| quantity ');
    const rows = table!.slice(0, table!.indexOf('\n\n')).split('\n');
    for (const [name, facts] of Object.entries<QuantityFacts>(quantities)) {
      const row = rows.find((one) => one.includes(`\`${name}\``)) ?? '';
      const choices =
        facts.kind === 'choice' ? facts.choices.map((choice, i) => `${i} is \`${choice}\``) : [];
      const meaning = { number: facts.kind === 'number' ? facts.unit : '', boolean: '1 is yes', choice: '' };
      for (const said of [...choices, meaning[facts.kind]]) expect(row, name).toContain(said);
    }
  });

  test('shows in its examples the bytes that a store makes', async () => {
    await using folder = await openFolder();
    await using store = await openStore(folder);
    const message = (seq: number, afterMs: number, values: Values, more: Partial<Arrival> = {}) =>
      arrival('hall', midnight + afterMs, values, { key: { boot: 1, seq }, ...more });
    await store.append([
      message(1, 0, { temperature: 20.5, heating: true }),
      message(2, 10_004, { temperature: 20.6, heating: true }),
      message(3, 20_001, { temperature: null }, { faults: { temperature: 'unplugged' } }),
      message(
        4,
        40_002,
        { temperature: 20.4, heating: false },
        { isLate: true, receivedAt: midnight + 65_000 },
      ),
    ]);
    const journal = readFileSync(folder.path.replace('.db', '.journal-0'));
    expect(hex(journal.subarray(0, 20 + journal.readUInt32LE(4)))).toBe(bytesOf('a frame'));

    await store.seal();
    using db = new DatabaseSync(folder.path, { readOnly: true });
    const block = db.prepare('SELECT * FROM block').get() as Record<string, Uint8Array>;
    expect(hex(block['data']!)).toBe(bytesOf('a block'));
    expect(document).toContain(`\`${String(block['summary'])}\``);

    const rollups = db.prepare('SELECT start, data FROM rollup WHERE width_ms = 900000').get()!;
    expect(
      bodiesOf(rollups['data'] as Uint8Array)
        .map(hex)
        .join(' '),
    ).toBe(bytesOf('rollups'));
    expect(document).toContain(`in the row that starts at ${String(rollups['start'])}`);

    const shown = Object.fromEntries(exampleOf('the chain').map((line) => line.split(/ +(.*)/, 2)));
    expect(sha256(`${shown['block']}\n`, block['data']!)).toBe(shown['sha256']);
    expect(hex(block['sha256']!).replaceAll(' ', '')).toBe(shown['sha256']);
    const { at, entry, hash } = db.prepare('SELECT at, entry, hash FROM chain').get()!;
    expect(entry).toBe(shown['entry']);
    const before = new Uint8Array(32);
    expect(sha256(before, `${shown['at']}\n`, shown['entry'])).toBe(shown['hash']);
    expect(sha256(before, `${Number(at)}\n`, String(entry))).toBe(
      Buffer.from(hash as Uint8Array).toString('hex'),
    );
  });
});

/** SQLite knows STRICT tables since 3.37. */
const python = spawnSync('python3', [
  '-c',
  'import sqlite3, sys; sys.exit(sys.version_info < (3, 9) or sqlite3.sqlite_version_info < (3, 37))',
]);
const { isSkipped, note } = skipReason(
  python.status === 0 ? null : 'no Python ≥ 3.9 with SQLite ≥ 3.37 is installed',
);

describe.skipIf(isSkipped)(`examples/read_store.py, which knows only docs/store.md${note}`, () => {
  const reader = fileURLToPath(new URL('../examples/read_store.py', import.meta.url));

  interface Row {
    at: number;
    device: string;
    quantity: string;
    /** NaN is null. */
    value: number;
  }

  /** What the reader prints. */
  async function read(path: string, ...options: string[]) {
    const program = spawn('python3', [reader, path, ...options]);
    const [out, said, [code]] = await Promise.all([
      text(program.stdout),
      text(program.stderr),
      once(program, 'close') as Promise<[number]>,
    ]);
    const [head, ...lines] = out.trimEnd().split('\n');
    expect(head, said).toBe('time,device,quantity,value');
    const rows = lines.map((line): Row => {
      const [at, device, quantity, value] = line.split(',');
      return { at: Number(at), device: device!, quantity: quantity!, value: value ? Number(value) : NaN };
    });
    return { rows, code, said };
  }

  const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

  /** What the store says of all its series, in the order in which the reader prints it. */
  async function everything(store: Store): Promise<Row[]> {
    const rows: Row[] = [];
    for (const { device, quantity } of await store.extents()) {
      const { at, value } = await store.raw({ device, quantity, from: 0, to: Number.MAX_SAFE_INTEGER });
      for (const [i, instant] of at.entries()) rows.push({ at: instant, device, quantity, value: value[i]! });
    }
    return rows.sort((a, b) => byText(a.device, b.device) || a.at - b.at || byText(a.quantity, b.quantity));
  }

  const rounded = (value: number, perUnit: number): number => Math.round(value * perUnit) / perUnit;

  /** Quantities of every kind, of every scale and of none; some are absent now and then, some null. */
  const measures: Record<string, (random: () => number, i: number) => Values> = {
    attic: (random) => ({
      temperature: random() * 20,
      humidity: random() < 0.005 ? Math.PI : rounded(50 * random(), 10),
      power: rounded(2000 * random(), 1e6),
    }),
    bath: (random, i) => ({
      valve: Math.floor(random() * 100),
      signal: -Math.floor(random() * 130),
      batteryLow: i > 300,
      ...(i % 3 > 0 && { battery: 100 - Math.floor(i / 50) }),
    }),
    hall: (random, i) => ({
      temperature: random() < 0.02 ? null : rounded(19 + 2 * random(), 10),
      outsideTemperature: rounded(-10 * random(), 100),
      heating: random() < 0.5,
      mode: (['off', 'heat', 'auto'] as const)[Math.floor(i / 40) % 3]!,
      energy: 4000 + i / 1000,
      ...(random() < 0.1 && { setpoint: 21.5 }),
    }),
  };

  /** Readings every ten seconds: with jitter, with gaps, and with other phases; those of the bath have no rhythm. */
  function measured(device: string, random: () => number, from: number, count: number): Arrival[] {
    let at = from;
    let phaseMs = 0;
    return Array.from({ length: count }, (_, i) => {
      at += random() < 0.02 ? 10_000 * Math.ceil(random() * 400) : 10_000;
      if (random() < (device === 'bath' ? 0.7 : 0.01)) phaseMs = Math.floor(random() * 9000);
      const key = device === 'bath' ? null : { boot: from, seq: i + 1 };
      return arrival(device, at + phaseMs + Math.floor(random() * 40), measures[device]!(random, i), {
        key,
        faults: { temperature: 'unplugged' },
      });
    });
  }

  /** Stretches that are sealed in turn, one of them late. */
  async function tellSealed(store: Store): Promise<void> {
    for (const day of [0, 3, 40, 1]) {
      for (const device of Object.keys(measures))
        await store.append(measured(device, createRandom(day), midnight + day * dayMs, 400));
      for (const device of ['porch', 'stair'])
        await store.append([arrival(device, midnight, { temperature: 4 }, { key: { boot: 1, seq: 1 } })]);
      await store.seal();
    }
  }

  /** What comes after it: new readings, late ones, corrections, and repeats of what was corrected. */
  async function tellHot(store: Store): Promise<void> {
    const hot = measured('hall', createRandom(5), midnight + 2 * dayMs, 50);
    await store.append(hot);
    await store.append([arrival('hall', hot[3]!.at, { temperature: 17.25, mode: null, valve: 12 })]);
    expect(await store.append(hot.slice(3, 4))).toEqual(['duplicate']);
    const first = measured('hall', createRandom(0), midnight, 8).at(-1)!;
    await store.append([arrival('hall', first.at, { heating: null })]);
    expect(await store.append([first])).toEqual(['duplicate']);
    await store.append([arrival('attic', midnight + 3 * dayMs + 77, { temperature: 0.1, battery: 1 })]);
    await store.append(measured('attic', createRandom(6), midnight + 41 * dayMs, 100));
  }

  /** One device is forgotten and comes again, another begins to count anew. */
  async function tellEnds(store: Store): Promise<void> {
    for (const device of ['porch', 'stair']) {
      const tell = (seq: number, afterMs: number, temperature: number) =>
        store.append([arrival(device, midnight + afterMs, { temperature }, { key: { boot: 1, seq } })]);
      await tell(2, 1000, 5);
      await (device === 'porch' ? store.forget([device]) : store.beginAnew([device]));
      await tell(1, 2000, 6);
    }
  }

  test.for([1, 1000])('reads what the store says, with instants kept to %d ms', async (stampMs) => {
    await using folder = await openFolder();
    await using store = await openStore({ ...folder, stampMs });
    await tellSealed(store);
    await tellHot(store);
    await tellEnds(store);
    const rows = await everything(store);
    expect(rows.length).toBeGreaterThan(15_000);
    expect(rows.filter(({ device }) => device === 'porch')).toHaveLength(1);
    expect(rows.filter(({ device }) => device === 'stair')).toHaveLength(3);
    expect(await read(folder.path, '--stamp-ms', `${stampMs}`)).toEqual({ rows, code: 0, said: '' });
    await store.seal();
    expect(await read(folder.path)).toEqual({ rows, code: 0, said: '' });

    const [from, to] = [midnight + 2 * dayMs + 200_000, midnight + 3 * dayMs + 300_000];
    const some = rows.filter(
      ({ at, device, quantity }) => device === 'hall' && quantity === 'mode' && at >= from && at < to,
    );
    expect(some.length).toBeGreaterThan(30);
    const options = ['--device', 'hall', '--quantity', 'mode', '--from', `${from}`, '--to', `${to}`];
    expect(await read(folder.path, ...options)).toEqual({ rows: some, code: 0, said: '' });
  });

  test('names a block that was altered, leaves it out and reads the others', async () => {
    await using folder = await openFolder();
    const store = await openStore(folder);
    for (const day of [0, 40])
      await store.append(measured('bath', createRandom(day), midnight + day * dayMs, 50));
    await store.seal();
    const rows = await everything(store);
    await store.close();
    using db = new DatabaseSync(folder.path);
    const { id, first, last, data } = db.prepare('SELECT * FROM block ORDER BY first').get() as {
      id: number;
      first: number;
      last: number;
      data: Uint8Array;
    };
    data[100]! ^= 1;
    db.prepare('UPDATE block SET data = ? WHERE id = ?').run(data, id);
    const left = rows.filter(({ at }) => at < first || at > last);
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(rows.length);
    const found = await read(folder.path);
    expect(found).toMatchObject({ rows: left, code: 1 });
    expect(found.said).toContain(`bath from ${first} to ${last}: `);
  });

  test('takes a frame that was being written when the power went for none', async () => {
    await using folder = await openFolder();
    await using store = await openStore(folder);
    await store.append([arrival('hall', midnight, { temperature: 20 })]);
    await store.append([arrival('hall', midnight + 1, { temperature: 21 })]);
    const journal = folder.path.replace('.db', '.journal-0');
    const bytes = readFileSync(journal);
    const end = 2 * (20 + bytes.readUInt32LE(4));
    bytes[end - 1]! ^= 1;
    writeFileSync(journal, bytes);
    expect((await read(folder.path)).rows.map(({ value }) => value)).toEqual([20]);
  });

  test('has at most a hundred lines', () => {
    expect(readFileSync(reader, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(100);
  });
});
