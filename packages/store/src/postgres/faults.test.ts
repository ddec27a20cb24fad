import { ownerPassword, startPostgres, type PostgresServer } from '@hearth/test-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoreOpenError } from '../store.ts';
import { openStore, StoreReadError, StoreWriteError, type Arrival } from '../store.ts';
import { makeDatabase } from '../test-back-ends.ts';

const base = 1_795_363_200_000;
const hall = { device: 'hall', quantity: 'power', from: 0, to: 2 * base } as const;

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

function numbered(seq: number): Arrival {
  const at = base + seq * 1000;
  return { device: 'hall', key: { boot: 1, seq }, at, receivedAt: at, isLate: false, values: { power: seq } };
}

test.for(['fast', 'kill'] as const)(
  'a server that ends (%s) under load refuses, loses nothing that it acknowledged, and is used again when it is back',
  async (how) => {
    const made = await makeDatabase(server);
    await using store = await openStore(made.place);
    const acknowledged: number[] = [];
    let seq = 0;
    let refused: unknown = null;
    const run = { isOver: false };
    /** As the bridge does: what was refused is given again. */
    const appendForEver = async (): Promise<void> => {
      while (!run.isOver) {
        const own = ++seq;
        for (let isStored = false; !isStored && !run.isOver;)
          isStored = await store.append([numbered(own)]).then(
            () => true,
            (error: unknown) => {
              refused = error;
              return new Promise<boolean>((resolve) => setTimeout(resolve, 20, false));
            },
          );
        if (!run.isOver) acknowledged.push(own);
      }
    };
    const appending = Promise.all(Array.from({ length: 4 }, appendForEver));
    await expect.poll(() => acknowledged.length).toBeGreaterThan(50);
    await server.stop(how);
    await expect.poll(() => refused).toBeInstanceOf(StoreWriteError);
    expect(store.state()).toMatchObject({ isWritable: false, problem: expect.any(String) });
    await expect(store.raw(hall)).rejects.toBeInstanceOf(StoreReadError);
    const before = acknowledged.length;
    await server.start();
    await expect.poll(() => acknowledged.length).toBeGreaterThan(before + 50);
    expect(store.state()).toMatchObject({ isWritable: true });
    run.isOver = true;
    await appending;
    const stored = (await store.raw(hall)).value;
    expect(new Set(stored).size).toBe(stored.length);
    expect(acknowledged.filter((one) => !stored.includes(one))).toEqual([]);
  },
);

/** What is wrong, done to a database that is there; gives the URL to open. */
const wrongs: [what: string, code: string, spoil: (url: string) => Promise<string> | string][] = [
  ['a password that is not right', '28P01', (url) => url.replace(ownerPassword, `${ownerPassword}!`)],
  ['a database that is not there', '3D000', (url) => url.replace(/\/home_\d+$/, '/nowhere')],
  ['a host that does not answer', 'ENOENT', (url) => url.replace(/@[^/]*/, '@%2Fnowhere')],
  ['a port that nobody listens on', 'ECONNREFUSED', (url) => url.replace(/@[^/]*/, '@127.0.0.1:1')],
  ['a password with signs of a URL', 'address', (url) => url.replace(ownerPassword, `12/${ownerPassword}`)],
  ['a URL that ends too soon', 'address', (url) => url.replace(/@.*/, '')],
  ['a URL of something else', 'address', (url) => url.replace('postgres', 'mysql')],
  [
    'a user without the right to make tables',
    '42501',
    async (url) => {
      await server.run('postgres', `ALTER DATABASE ${nameOf(url)} OWNER TO postgres`);
      return url;
    },
  ],
  [
    'tables of another program',
    'not-hearth',
    async (url) => {
      const name = nameOf(url);
      await server.run(
        name,
        `CREATE SCHEMA hearth AUTHORIZATION ${name}`,
        'CREATE TABLE hearth.note (text text)',
      );
      return url;
    },
  ],
  [
    'tables of a newer Hearth',
    'newer-version',
    async (url) => {
      await (await openStore({ url })).close();
      await server.run(nameOf(url), "UPDATE hearth.setting SET value = '1000' WHERE name = 'version'");
      return url;
    },
  ],
  [
    'a server that does not wait for its disk',
    'unsuitable',
    (url) => `${url}?options=-c%20synchronous_commit%3Doff`,
  ],
];

test.for(wrongs)('%s: one error that says so, without the password', async ([, code, spoil]) => {
  const url = await spoil(await server.createDatabase());
  const opening = openStore({ url });
  await expect(opening).rejects.toMatchObject({ name: 'StoreOpenError', code });
  const error = (await opening.catch((thrown: unknown) => thrown)) as StoreOpenError;
  const told = `${error.message} ${error.stack} ${String(error.cause)} ${JSON.stringify(error)}`;
  expect(told).not.toContain(ownerPassword);
  expect(error.message.split('\n')).toHaveLength(1);
  expect(error.isPassing).toBe(code.startsWith('E'));
});

test('a user who may only use a schema that was made for it needs no other right', async () => {
  const url = await server.createDatabase();
  const name = nameOf(url);
  await server.run('postgres', `ALTER DATABASE ${name} OWNER TO postgres`);
  await server.run(name, `CREATE SCHEMA hearth AUTHORIZATION ${name}`);
  await using store = await openStore({ url });
  expect(await store.append([numbered(1)])).toEqual(['stored']);
});

test('a fault with a sign that PostgreSQL does not take is stored with another in its place', async () => {
  const made = await makeDatabase(server);
  await using store = await openStore(made.place);
  const fault = { ...numbered(1), values: { power: null }, faults: { power: 'a\0b \u{1F525} \uD800' } };
  await store.append([fault]);
  expect((await store.latest())[0]!.fault).toBe('a\uFFFDb \u{1F525} \uFFFD');
});
