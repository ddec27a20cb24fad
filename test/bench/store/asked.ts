import type { QuantityName } from '@hearth/contract';
import { openStore } from '@hearth/store';
import { dayMs, endAt, type Device } from './data-set.ts';
import type { Question } from './questions.ts';

/** The four that a page asks: all current values, and charts of a day, a month and a year. */
export const kinds = ['latest', 'day', 'month', 'year'] as const;
export type Kind = (typeof kinds)[number];

/** Buckets at most of a whole chart: the ladder of widths makes 720 hours of a month, and 730 half days of a year. */
const chartPoints = 750;

const days: Record<Exclude<Kind, 'latest'>, number> = { day: 1, month: 30, year: 365 };

/** How many days a chart of this kind spans; a small data set has fewer. */
const spanDays = (kind: Exclude<Kind, 'latest'>, devices: readonly Device[]): number =>
  Math.min(days[kind], devices[0]!.days);

/** Whether there are data for all that a chart of this kind spans. */
export const isSpanned = (kind: Kind, devices: readonly Device[]): boolean =>
  kind === 'latest' || spanDays(kind, devices) === days[kind];

/** The questions of each kind, of several series in turn: of what was asked before, an answer could be remembered. */
export async function questionsOf(
  devices: readonly Device[],
  folder: string,
): Promise<Record<Kind, Question[]>> {
  const longest = devices.filter((device) => device.days === devices[0]!.days).slice(0, 3);
  const series = (['temperature', 'power'] as const satisfies QuantityName[]).flatMap((quantity) =>
    longest.map((device) => ({ device: device.name, quantity })),
  );
  await using store = await openStore({ path: `${folder}/readings.db` });
  const charts = async (kind: 'month' | 'year'): Promise<Question[]> => {
    const span = spanDays(kind, devices);
    const range = { from: endAt - span * dayMs, to: endAt };
    const count = Math.ceil((chartPoints * span) / days[kind]);
    const [points] = await store.points({ series: [series[0]!], ...range, count });
    return series.map((one) => ({ kind: 'points', series: one, ...range, widthMs: points!.widthMs }));
  };
  return {
    latest: [{ kind: 'latest' }],
    day: series.map((one) => ({ kind: 'raw', series: one, from: endAt - dayMs, to: endAt })),
    month: await charts('month'),
    year: await charts('year'),
  };
}
