import type { Backup } from '@hearth/contract';

/** How many backups are kept: of the newest days, weeks and months that have any, the newest each. */
export interface Keep {
  days: number;
  weeks: number;
  months: number;
}

const dayMs = 86_400_000;
/** The epoch was a Thursday: so a week begins on Monday. */
const weekOffsetMs = 3 * dayMs;

const periodOf: Record<keyof Keep, (at: number) => string> = {
  days: (at) => `${Math.floor(at / dayMs)}`,
  weeks: (at) => `${Math.floor((at + weekOffsetMs) / (7 * dayMs))}`,
  months: (at) => new Date(at).toISOString().slice(0, 7),
};

/**
 * The backups that are kept no longer, oldest first. The newest good one always is kept; a red one is until there is
 * a newer one, good or red.
 * @param backups newest first
 */
export function outlived(backups: readonly Backup[], keep: Keep): string[] {
  const good = backups.filter(({ state }) => state === 'good');
  const kept = new Set(good.slice(0, 1).map(({ id }) => id));
  for (const unit of ['days', 'weeks', 'months'] as const) {
    const periods = new Set<string>();
    for (const { id, at } of good) {
      const period = periodOf[unit](at);
      if (periods.has(period) || periods.size >= keep[unit]) continue;
      periods.add(period);
      kept.add(id);
    }
  }
  const [newest] = backups;
  if (newest?.state === 'red') kept.add(newest.id);
  return backups
    .filter(({ id }) => !kept.has(id))
    .map(({ id }) => id)
    .toReversed();
}

/**
 * Which backups to let go for so many bytes: the oldest first, never the newest good one; none where all of them would
 * not do.
 * @param backups newest first
 */
export function goneForRoom(backups: readonly Backup[], lackingBytes: number): string[] {
  const newestGood = backups.find(({ state }) => state === 'good');
  const gone: string[] = [];
  let lacking = lackingBytes;
  for (const { id, bytes } of backups.toReversed()) {
    if (lacking <= 0) break;
    if (id === newestGood?.id) continue;
    gone.push(id);
    lacking -= bytes;
  }
  return lacking > 0 ? [] : gone;
}
