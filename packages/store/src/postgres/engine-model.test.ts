import { startPostgres } from '@hearth/test-postgres';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { packArrivals } from '../packing.ts';
import { createColumnCache } from '../sealed/column-cache.ts';
import { arrivals, arrivalsOf, histories, query } from '../store-histories.ts';
import { createModel, expectAnswers } from '../store-model.ts';
import { openConnections, type Connections } from './connections.ts';
import { createEngine } from './engine.ts';
import { createQueries } from './queries.ts';
import { openDatabase } from './schema.ts';
import { verifySealed } from './verify.ts';

/** Which of two processes does it, and what is done before the next. */
const step = fc.record({
  given: arrivals,
  by: fc.constantFrom(0, 1),
  next: fc.constantFrom('nothing', 'seal', 'merge'),
});
const history = fc.array(step, { minLength: 1, maxLength: 6 });

function openProcess(connections: Connections) {
  const cache = createColumnCache();
  const queries = createQueries(connections, cache, () => expect.unreachable());
  return { engine: createEngine(connections, cache, 1), queries };
}

test('whatever comes in whichever order, by two processes in turn and sealed at any moment, reads back as a sorted map has it', async () => {
  await using server = await startPostgres();
  await using connections = openConnections(await server.createDatabase());
  await openDatabase(connections);
  const processes = [openProcess(connections), openProcess(connections)];
  let run = 0;
  await fc.assert(
    fc.asyncProperty(history, fc.array(query, { minLength: 1, maxLength: 3 }), async (steps, asked) => {
      run++;
      const model = createModel();
      for (const { given, by, next } of steps) {
        const all = arrivalsOf(given, run);
        const { engine } = processes[by]!;
        const [applied] = await engine.commit([{ kind: 'append', packed: packArrivals(all), windows: [] }]);
        const fates = Array.from(applied!.isDuplicate, (is) => (is ? 'duplicate' : 'stored'));
        expect(fates).toEqual(all.map(model.append));
        if (next === 'seal') await engine.sealAll();
        if (next === 'merge')
          await connections.write((statement) => statement('UPDATE hearth.device SET hot_batches = 255'));
      }
      const devices = [`attic-${run}`, `bath-${run}`];
      const { queries } = processes[run % 2]!;
      await Promise.all(devices.map((device) => expectAnswers(queries, model, device, asked)));
      const progress = new Map((await queries.progress()).map((one) => [one.device, one]));
      for (const device of devices) expect(progress.get(device)).toEqual(model.progress(device));
      if (run % 20 > 0) return;
      await processes[0]!.engine.sealAll();
      expect((await verifySealed(connections)).findings).toEqual([]);
      const names = await connections.read((statement) =>
        statement<{ name: string }>('SELECT name FROM hearth.device'),
      );
      await processes[1]!.engine.commit([{ kind: 'forget', devices: names.map(({ name }) => name) }]);
      expect(await verifySealed(connections)).toMatchObject({ blocks: 0, rollups: 0, findings: [] });
    }),
    // A server has to be asked each time: fewer.
    { numRuns: Math.ceil(histories / 25) },
  );
}, 300_000);
