import type { Storage } from '@hearth/contract';
import { cutoffOf, type RetentionRule, type Usage } from '@hearth/store';

const daysOfYear = 365.25;
const dayMs = 86_400_000;

/**
 * What the rules promise at the present rate. Readings that are kept for ever fill the disk one day; those with a
 * retention grow until they are that old.
 */
export function storagePromise(
  { usedB, freeB, series }: Usage,
  rules: readonly RetentionRule[],
): Omit<Storage, 'rules' | 'retention'> {
  let foreverB = 0;
  let settledB = 0;
  for (const { device, quantity, readingsBPerDay, rollupsBPerDay } of series) {
    const { readings, rollups } = cutoffOf(rules, device, quantity, 0);
    for (const [perDayB, cutoff] of [
      [readingsBPerDay, readings],
      [rollupsBPerDay, rollups],
    ] as const)
      if (cutoff === -Infinity) foreverB += perDayB;
      else settledB += (perDayB * -cutoff) / dayMs;
  }
  const perDayB = series.reduce((sum, one) => sum + one.readingsBPerDay + one.rollupsBPerDay, 0);
  const isKnown = perDayB > 0;
  const roomB = freeB === null ? null : Math.max(0, freeB - Math.max(0, settledB - usedB));
  return {
    usedB,
    freeB,
    perYearB: isKnown ? Math.round(perDayB * daysOfYear) : null,
    years: isKnown && foreverB > 0 && roomB !== null ? roomB / (foreverB * daysOfYear) : null,
    settlesAtB: isKnown && foreverB === 0 ? Math.round(settledB) : null,
    series: series.map(({ device, quantity, readings, bytes, ...rates }) => ({
      device,
      quantity,
      readings,
      bytes: Math.round(bytes),
      readingsBPerYear: Math.round(rates.readingsBPerDay * daysOfYear),
      rollupsBPerYear: Math.round(rates.rollupsBPerDay * daysOfYear),
    })),
  };
}
