import type { Burn, Objective, Objectives } from '@hearth/contract';
import { shareOf, type Tally } from './tally.ts';

const minuteMs = 60_000;

/**
 * Pairs of windows and the rate at which they are worth an alert: 14.4 uses up a fiftieth of the budget of 30 days
 * within the hour, 6 a twentieth within six. The short window ends the alert soon after the trouble.
 * @see Google, The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts"
 */
const windows = [
  { longMs: 60 * minuteMs, shortMs: 5 * minuteMs, limit: 14.4 },
  { longMs: 360 * minuteMs, shortMs: 30 * minuteMs, limit: 6 },
] as const;

/** The longest window: how long fine tallies are needed. */
export const longestWindowMs = 360 * minuteMs;

/** Days over which an objective is looked at. */
export const objectiveDays = 30;

/** Of the few questions that people ask, one without an answer is no trend: a budget burns by so many in the long window. */
const questionsAtLeast = 10;

export const defaultObjectives: Objectives = { available: 0.995, answered: 0.99, answeredWithinMs: 1000 };

/**
 * How far one objective is met.
 * @param month Tally of the last 30 days.
 * @param over Tally of the last `ms`.
 */
export function judge(
  kind: Objective['kind'],
  target: number,
  month: Tally,
  over: (ms: number) => Tally,
): Objective {
  const allowed = 1 - target;
  const share = shareOf(month);
  const rate = (ms: number): number => (1 - (shareOf(over(ms)) ?? 1)) / allowed;
  const isEnough = (ms: number): boolean => {
    const { good, bad } = over(ms);
    return kind !== 'answered' || good + bad >= questionsAtLeast;
  };
  const burns = windows.map(({ longMs, shortMs, limit }): Burn => {
    const [long, short] = [longMs, shortMs].map((ms) => ({ ms, rate: rate(ms) })) as [
      Burn['long'],
      Burn['short'],
    ];
    const isBurning = long.rate >= limit && short.rate >= limit && isEnough(longMs);
    return { long, short, limit, isBurning };
  });
  return { kind, target, share, budgetLeft: share === null ? null : 1 - (1 - share) / allowed, burns };
}
