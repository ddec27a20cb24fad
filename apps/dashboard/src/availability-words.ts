import type { Availability, Objective } from '@hearth/contract';
import type { Format } from './format.ts';
import { duration } from './format.ts';

/** How good a day was: below these it is marked. */
const smallTrouble = 0.999;
const largeTrouble = 0.95;

/** What a day of a strip shows. */
export type DayMark = 'none' | 'good' | 'some' | 'much';

export function markOf(share: number | null): DayMark {
  if (share === null) return 'none';
  if (share >= smallTrouble) return 'good';
  return share >= largeTrouble ? 'some' : 'much';
}

/** '99.7 %', rounded down: what is not whole is not shown as whole. */
export function percentWords(share: number | null, format: Format): string {
  if (share === null) return 'not known yet';
  const percent = Math.floor(share * 1000) / 10;
  return `${format.number(percent, percent === 100 ? 0 : 1)} %`;
}

/** Noon of a day in UTC, which is the same day in nearly all zones; for naming it. */
function dayAt(today: string, daysAgo: number): Date {
  const at = new Date(`${today}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() - daysAgo);
  return at;
}

/** '24 November' of a day so many before today. */
function dayName(today: string, daysAgo: number, format: Format): string {
  return new Intl.DateTimeFormat(format.locale, { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    dayAt(today, daysAgo),
  );
}

/** A strip in words: how many days are known, and the worst of them. */
export function stripWords(days: Availability['days'], today: string, format: Format): string {
  const known = days.filter((share) => share !== null);
  if (known.length === 0) return 'nothing is known yet';
  const least = Math.min(...known);
  const of = known.length === 1 ? 'one day' : `${known.length} days`;
  if (least >= smallTrouble) return `${of}, all without trouble`;
  const daysAgo = days.length - 1 - days.lastIndexOf(least);
  const worst = daysAgo === 0 ? 'today' : dayName(today, daysAgo, format);
  return `${of}, the worst ${worst} with ${percentWords(least, format)}`;
}

const objectiveMs = 30 * 86_400_000;

/** How much of an objective's budget is left, and whether it goes too fast. */
export function budgetWords({ kind, target, budgetLeft, burns }: Objective, format: Format): string {
  if (budgetLeft === null) return 'Nothing is known yet.';
  const fast = burns.some(({ isBurning }) => isBurning) ? ' It goes much too fast at the moment.' : '';
  const left = `${format.number(Math.floor(Math.max(0, budgetLeft) * 100))} %`;
  if (budgetLeft < 0) return `More went wrong in 30 days than this allows.${fast}`;
  const allowed =
    kind === 'available' ? `${duration((1 - target) * objectiveMs)} in 30 days` : 'what may go wrong';
  return `${left} left of ${allowed}.${fast}`;
}
