import type { ReadingsCounts } from '../sqlite/verify-readings.ts';
import type { Verified } from '../sealed/verifying.ts';
import { assertAddress } from './address.ts';
import { openConnections } from './connections.ts';
import { verifySealed } from './verify.ts';

/** Verifies what is sealed in a database, and counts what it is of. @throws {ServerRefusal} */
export async function verifyDatabase(
  url: string,
  digests: readonly string[],
): Promise<Verified & ReadingsCounts> {
  assertAddress(url);
  await using connections = openConnections(url);
  const [counts] = await connections.read((run) =>
    run<Pick<ReadingsCounts, 'devices' | 'series'>>(
      `SELECT count(DISTINCT device) AS devices, count(DISTINCT (device, quantity)) AS series
       FROM hearth.block, jsonb_object_keys(summary) AS quantity`,
    ),
  );
  return { ...(await verifySealed(connections, digests)), ...counts! };
}
