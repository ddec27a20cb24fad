import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { packArrivals } from '../packing.ts';
import { openWritable } from '../sqlite/database.ts';
import { sealPiece } from '../sealed/sealing.ts';
import { verifySealed } from '../sqlite/verify.ts';
import { arrivals, arrivalsOf, base, histories, query } from '../store-histories.ts';
import { createModel, expectAnswers } from '../store-model.ts';
import { openEngine } from './engine.ts';
import { createQueries } from './queries.ts';

/** What is done between two batches. */
const between = fc.constantFrom('nothing', 'seal', 'seal one', 'seal aside', 'turn', 'restart');

const history = fc.array(fc.record({ given: arrivals, next: between }), { minLength: 1, maxLength: 6 });

async function openOn(path: string) {
  const db = openWritable(path);
  const engine = await openEngine(db, `${path}.journal`, {
    stampMs: 1,
    now: () => base,
    onDamage: (what) => expect.unreachable(what),
  });
  return {
    db,
    engine,
    /** Lets what is being sealed aside be sealed. */
    finish: async () => {},
    queries: createQueries(engine, {
      extents: () => [],
      repeats: () => [],
      usage: () => ({ usedB: 0, freeB: 0, series: [] }),
      digests: () => [],
      retention: () => ({ lastRunAt: null, readings: 0, waits: null }),
    }),
  };
}

type Opened = Awaited<ReturnType<typeof openOn>>;

async function close({ engine, db }: Opened): Promise<void> {
  await engine.close();
  db.close();
}

function sealAll({ engine }: Opened): void {
  for (const device of engine.devices.values()) if (device.hotSince) engine.seal(device);
}

/** Another thread is at it while the next batch comes. */
function sealAside(opened: Opened): void {
  const { engine } = opened;
  const gate = Promise.withResolvers<void>();
  const sealings = [...engine.devices.values()].map((device) =>
    engine.sealBy(device, async (work) => {
      const { device: name, piece, ground } = structuredClone(work);
      await gate.promise;
      return structuredClone(sealPiece(name, piece, ground));
    }),
  );
  opened.finish = async () => {
    gate.resolve();
    opened.finish = async () => {};
    await Promise.all(sealings);
  };
}

async function goOn(opened: Opened, next: string, path: string): Promise<Opened> {
  const { engine } = opened;
  if (next === 'seal aside') sealAside(opened);
  if (next === 'seal' || next === 'turn') sealAll(opened);
  if (next === 'turn') engine.turn();
  if (next === 'seal one') for (const device of [...engine.devices.values()].slice(-1)) engine.seal(device);
  if (next !== 'restart') return opened;
  await close(opened);
  return openOn(path);
}

test('whatever comes in whichever order, sealed, restarted and turned at any moment, reads back as a sorted map has it', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-engine-'));
  const path = join(folder.path, 'readings.db');
  let opened = await openOn(path);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(history, fc.array(query, { minLength: 1, maxLength: 3 }), async (steps, asked) => {
      run++;
      const model = createModel();
      for (const { given, next } of steps) {
        const all = arrivalsOf(given, run);
        if (all.length > 0) {
          const [applied] = await opened.engine.commit([
            { kind: 'append', packed: packArrivals(all), windows: [] },
          ]);
          const fates = Array.from(applied!.isDuplicate, (is) => (is ? 'duplicate' : 'stored'));
          expect(fates).toEqual(all.map(model.append));
        }
        await opened.finish();
        opened = await goOn(opened, next, path);
      }
      await opened.finish();
      for (const device of [`attic-${run}`, `bath-${run}`])
        await expectAnswers(opened.queries, model, device, asked);
      if (run % 250 > 0) return;
      sealAll(opened);
      expect(verifySealed(opened.db).findings).toEqual([]);
      await opened.engine.commit([{ kind: 'forget', devices: [...opened.engine.devices.keys()] }]);
      expect(verifySealed(opened.db)).toMatchObject({ blocks: 0, rollups: 0, findings: [] });
    }),
    { numRuns: histories },
  );
  await close(opened);
}, 1_200_000);
