import { startPostgres, type PostgresServer } from '@hearth/test-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Arrival } from '../face.ts';
import { packArrivals } from '../packing.ts';
import { createColumnCache } from '../sealed/column-cache.ts';
import { openConnections } from './connections.ts';
import { createEngine } from './engine.ts';
import { createQueries } from './queries.ts';
import { openDatabase } from './schema.ts';
import { verifySealed } from './verify.ts';

const base = 1_795_363_200_000;
const dayMs = 86_400_000;

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());

async function openTemporary() {
  const connections = openConnections(await server.createDatabase());
  await openDatabase(connections);
  const cache = createColumnCache();
  const engine = createEngine(connections, cache, 1);
  const queries = createQueries(connections, cache, () => expect.unreachable());
  return {
    connections,
    engine,
    queries,
    append: (device: string, first: number, count: number) =>
      engine.commit([{ kind: 'append', packed: packArrivals(readings(device, first, count)), windows: [] }]),
    count: async (table: string) => {
      const [row] = await connections.read((run) =>
        run<{ count: number }>(`SELECT count(*) AS count FROM hearth.${table}`),
      );
      return row!.count;
    },
    [Symbol.asyncDispose]: () => connections[Symbol.asyncDispose](),
  };
}

function readings(device: string, first: number, count: number): Arrival[] {
  return Array.from({ length: count }, (_, i) => {
    const seq = first + i;
    const at = base + seq * 10_000;
    return { device, key: { boot: 1, seq }, at, receivedAt: at, isLate: false, values: { power: seq } };
  });
}

test('a device of which much is hot is sealed, and one of which something is hot for a day', async () => {
  await using opened = await openTemporary();
  const { engine, connections } = opened;
  const limits = { count: 1000, ms: dayMs };
  await opened.append('hall', 1, 999);
  await opened.append('bath', 1, 10);
  expect(await engine.sealDue(limits)).toBe(false);
  await opened.append('hall', 1000, 1);
  expect(await engine.sealDue(limits)).toBe(true);
  expect(await engine.sealDue(limits)).toBe(false);
  expect([await opened.count('hot'), await opened.count('block')]).toEqual([1, 1]);
  await connections.write((run) => run(`UPDATE hearth.device SET hot_since = hot_since - ${dayMs + 1}`));
  expect(await engine.sealDue(limits)).toBe(true);
  expect([await opened.count('hot'), await opened.count('block')]).toEqual([0, 2]);
  expect(await verifySealed(connections)).toMatchObject({ readings: 1010, findings: [] });
});

test('two processes that seal at once seal each device once', async () => {
  await using opened = await openTemporary();
  const { engine, connections } = opened;
  for (const device of ['attic', 'bath', 'hall']) await opened.append(device, 1, 100);
  await Promise.all([
    engine.sealAll(),
    createEngine(connections, createColumnCache(), 1).sealAll(),
    opened.append('hall', 101, 100),
  ]);
  await engine.sealAll();
  expect(await verifySealed(connections)).toMatchObject({ readings: 400, findings: [] });
});

test('many commits of a day are read in few rows', async () => {
  await using opened = await openTemporary();
  for (let seq = 1; seq <= 600; seq++) await opened.append('hall', seq, 1);
  expect(await opened.count('hot')).toBeLessThan(260);
  const { values } = await opened.queries.raw({ device: 'hall', quantity: 'power', from: 0, to: 2 * base });
  expect(values).toEqual(Float64Array.from({ length: 600 }, (_, i) => i + 1));
});

test('a sealed block that somebody changed in the database is named', async () => {
  await using opened = await openTemporary();
  await opened.append('hall', 1, 100);
  await opened.engine.sealAll();
  await opened.connections.write((run) =>
    run('UPDATE hearth.block SET data = set_byte(data, 40, get_byte(data, 40) # 1)'),
  );
  const { findings } = await verifySealed(opened.connections);
  expect(findings[0]).toMatchObject({ what: 'altered', device: 'hall', first: base + 10_000 });
});
