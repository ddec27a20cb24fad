import type { SeriesExtent } from '../face.ts';
import type { Summary } from '../sealed/blocks.ts';
import { extentsOfBlock, sumExtents } from '../sealed/extents.ts';
import type { Connection } from './database.ts';

/** How much of each series is sealed in this database. */
export function openExtents(db: Connection): () => SeriesExtent[] {
  const heads = db.prepare<[], { device: string; first: number; last: number; summary: string }>(
    'SELECT name AS device, first, last, summary FROM block JOIN device ON device.id = block.device',
  );
  return () =>
    sumExtents(
      heads
        .all()
        .flatMap((head) => extentsOfBlock({ ...head, summary: JSON.parse(head.summary) as Summary })),
    );
}
