import type { RawReadings, SeriesName, Store } from '@hearth/store';

/** A series and the range of it that is wanted, `[from, to)` in Unix ms. */
export interface Stretch extends SeriesName {
  from: number;
  to: number;
}

/** Readings of a slice that are aimed at: some 4 MB of text. */
const aim = 50_000;
/** The first slice of a series: nobody knows yet how dense it is. */
const firstMs = 86_400_000;
/** A device that comes back after a year of silence reports as densely as any: 20 MB at a reading each second. */
const longestMs = 14 * 86_400_000;
const shortestMs = 60_000;

/**
 * Reads stretches slice by slice, in their order and in order of time. A slice is as long as the density of the one
 * before it suggests; `done` is the share of all stretches up to its end.
 */
export async function* readSlices(
  store: Pick<Store, 'raw'>,
  stretches: readonly Stretch[],
): AsyncGenerator<{ readings: RawReadings; done: number }> {
  const wholeMs = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  let doneMs = 0;
  for (const { device, quantity, from, to } of stretches) {
    let lengthMs = firstMs;
    for (let at = from; at < to;) {
      const end = Math.min(at + lengthMs, to);
      const readings = await store.raw({ device, quantity, from: at, to: end });
      doneMs += end - at;
      at = end;
      lengthMs = nextLength(lengthMs, readings.at.length);
      if (readings.at.length > 0) yield { readings, done: doneMs / wholeMs };
    }
  }
}

function nextLength(lengthMs: number, count: number): number {
  const fitting = count === 0 ? lengthMs * 2 : (lengthMs * aim) / count;
  return Math.round(Math.min(Math.max(fitting, shortestMs), lengthMs * 2, longestMs));
}
