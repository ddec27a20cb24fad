// What tests of the face are run on: each back end in turn, with an empty place for each store.
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type PostgresServer } from '@hearth/test-postgres';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { openConnections } from './postgres/connections.ts';
import { verifySealed } from './postgres/verify.ts';
import type { Verified } from './sealed/verifying.ts';
import { verifyFile } from './store-model.ts';
import { openStore, type Store, type StorePlace } from './store.ts';

/** Where a store can be opened; disposing deletes it. */
export interface TestPlace extends AsyncDisposable {
  readonly place: StorePlace;
  /** Verifies what is sealed; throws where anything is wrong. */
  verify(): Promise<Verified>;
}

/** A place with a store open in it. */
interface TestStore extends TestPlace {
  readonly store: Store;
}

async function makeFolder(): Promise<TestPlace> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'hearth-store-'));
  const path = join(folder.path, 'data', 'readings.db');
  return {
    place: { path },
    verify: async () => verifyFile(path),
    [Symbol.asyncDispose]: () => folder.remove(),
  };
}

/** A new database, which ends with its server. */
export async function makeDatabase(server: PostgresServer): Promise<TestPlace & { place: { url: string } }> {
  const url = await server.createDatabase();
  return {
    place: { url },
    async verify() {
      await using connections = openConnections(url);
      const verified = await verifySealed(connections);
      expect(verified.findings).toEqual([]);
      return verified;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** What tests are declared for. */
export interface BackEnd {
  makePlace: () => Promise<TestPlace>;
  openTemporary: () => Promise<TestStore>;
  /** Histories that a test of many tries: a server has to be asked each time. */
  runs: number;
}

/** Declares the same tests for each back end. */
export function onEachBackEnd(declare: (backEnd: BackEnd) => void): void {
  const opener = (makePlace: () => Promise<TestPlace>) => async (): Promise<TestStore> => {
    const made = await makePlace();
    const store = await openStore(made.place);
    return {
      ...made,
      store,
      async [Symbol.asyncDispose]() {
        await store.close();
        await made[Symbol.asyncDispose]();
      },
    };
  };
  describe('in SQLite', () =>
    declare({ makePlace: makeFolder, openTemporary: opener(makeFolder), runs: 200 }));
  describe('in PostgreSQL', () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server[Symbol.asyncDispose]());
    const makePlace = (): Promise<TestPlace> => makeDatabase(server);
    declare({ makePlace, openTemporary: opener(makePlace), runs: 50 });
  });
}
