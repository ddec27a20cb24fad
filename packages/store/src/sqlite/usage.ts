import { statfsSync, statSync } from 'node:fs';
import type { Usage } from '../face.ts';
import type { Summary } from '../sealed/blocks.ts';
import { seriesUsage, type UsageHead } from '../sealed/usage.ts';
import type { Connection } from './database.ts';

/** How much room the readings take, and how fast it grows. */
export function openUsage(db: Connection, paths: readonly string[]): (now: number) => Usage {
  const heads = db.prepare<[], Omit<UsageHead, 'summary'> & { summary: string }>(
    `SELECT name AS device, first, last, length(data) AS size, summary
     FROM block JOIN device ON device.id = block.device`,
  );
  const rollupsB = db.prepare<[], number | null>('SELECT sum(length(data)) FROM rollup').pluck();
  const pages = (name: string): number => db.pragma(name, { simple: true }) as number;

  return (now) => {
    const all = heads
      .all()
      .map((head) => Object.assign(head, { summary: JSON.parse(head.summary) as Summary }));
    const usedB = (pages('page_count') - pages('freelist_count')) * pages('page_size');
    const { bavail, bsize } = statfsSync(paths[0]!);
    return {
      usedB: paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0),
      freeB: bavail * bsize,
      series: seriesUsage(all, { rollupsB: rollupsB.get() ?? 0, usedB }, now),
    };
  };
}
