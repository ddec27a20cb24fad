import type { Summary } from '../sealed/blocks.ts';
import { compareRollups, type NamedSeries } from '../sealed/comparing.ts';
import { startVerifying, type BlockRow, type ChainRow, type Verified } from '../sealed/verifying.ts';
import type { Connection } from './database.ts';
import { openSealedHistory } from './sealed-history.ts';

/**
 * Verifies everything that is sealed: each link of the chain, each block against the SHA-256 under which the chain has
 * it, each rollup against the readings. It does not prove that a device told the truth, nor that nobody wrote the
 * whole chain anew: for that a digest has to be kept elsewhere, and be found again among `digests`.
 */
export function verifySealed(db: Connection, digests: readonly string[] = []): Verified {
  const verifying = startVerifying(digests);
  const links = db.prepare<[], ChainRow>('SELECT * FROM chain ORDER BY number');
  for (const link of links.iterate()) verifying.follow(link);
  const ids = db.prepare<[], number>('SELECT id FROM block ORDER BY device, first').pluck().all();
  const find = db.prepare<[number], Omit<BlockRow, 'summary'> & { summary: string }>(
    `SELECT name AS device, first, last, count, summary, data FROM block JOIN device ON device.id = block.device
     WHERE block.id = ?`,
  );
  for (const id of ids) {
    const block = find.get(id);
    if (block) verifying.check({ ...block, summary: JSON.parse(block.summary) as Summary });
  }
  const series = db.prepare<[], NamedSeries>(
    `SELECT DISTINCT device, name, key AS quantity
     FROM block JOIN device ON device.id = block.device, json_each(summary) ORDER BY name, quantity`,
  );
  const history = openSealedHistory(db);
  for (const one of series.all())
    verifying.addRollups(compareRollups(history, one, verifying.prunedOf(one.name)));
  return verifying.end();
}
