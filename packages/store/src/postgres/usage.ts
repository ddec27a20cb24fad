import type { Usage } from '../face.ts';
import { seriesUsage, type UsageHead } from '../sealed/usage.ts';
import type { Run } from './connections.ts';

/** How much room the readings take, indexes and all, and how fast it grows. What the disk still has, no server tells. */
export async function readUsage(run: Run): Promise<Usage> {
  const heads = await run<UsageHead>(
    `SELECT name AS device, first, last, octet_length(data) AS size, summary
     FROM hearth.block JOIN hearth.device ON device.id = block.device`,
  );
  const [sizes] = await run<{ usedB: number; rollupsB: number; now: number }>(
    `SELECT (SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
        WHERE relnamespace = 'hearth'::regnamespace AND relkind = 'r') AS "usedB",
       (SELECT coalesce(sum(octet_length(data)), 0)::bigint FROM hearth.rollup) AS "rollupsB",
       (extract(epoch FROM now()) * 1000)::bigint AS now`,
  );
  const { usedB, rollupsB, now } = sizes!;
  return { usedB, freeB: null, series: seriesUsage(heads, { rollupsB, usedB }, now) };
}
