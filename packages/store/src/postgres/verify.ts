import { compareRollups, type NamedSeries } from '../sealed/comparing.ts';
import { createColumnCache } from '../sealed/column-cache.ts';
import { startVerifying, type BlockRow, type ChainRow, type Verified } from '../sealed/verifying.ts';
import type { Connections } from './connections.ts';
import { withHistory } from './history.ts';

/** Links of the chain that are read at once. */
const linksAtOnce = 10_000;

/** Verifies everything that is sealed as it is at one moment; what that proves, {@link verifySealed} over SQLite says. */
export function verifySealed(connections: Connections, digests: readonly string[] = []): Promise<Verified> {
  return connections.read(async (run) => {
    const verifying = startVerifying(digests);
    for (let after: number | undefined = 0; after !== undefined;) {
      const links: ChainRow[] = await run<ChainRow>(
        'SELECT number, at, entry, hash FROM hearth.chain WHERE number > $1 ORDER BY number LIMIT $2',
        [after, linksAtOnce],
      );
      for (const link of links) verifying.follow(link);
      after = links.at(-1)?.number;
    }
    const ids = await run<{ id: number }>('SELECT id FROM hearth.block ORDER BY device, first');
    for (const { id } of ids) {
      const [block] = await run<BlockRow>(
        `SELECT name AS device, first, last, count, summary, data
         FROM hearth.block JOIN hearth.device ON device.id = block.device WHERE block.id = $1`,
        [id],
      );
      if (block) verifying.check(block);
    }
    const series = await run<NamedSeries>(
      `SELECT DISTINCT device, name, quantity
       FROM hearth.block JOIN hearth.device ON device.id = block.device, jsonb_object_keys(summary) AS quantity
       ORDER BY name, quantity`,
    );
    const cache = createColumnCache();
    for (const one of series)
      verifying.addRollups(
        await withHistory(run, cache, (history) =>
          compareRollups(history, one, verifying.prunedOf(one.name)),
        ),
      );
    return verifying.end();
  });
}
