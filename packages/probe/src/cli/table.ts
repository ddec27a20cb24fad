import { echoLegs, type LegFigures } from '@hearth/contract';
import { createHistogram } from '../histogram.ts';
import type { Run } from './go.ts';

/** Each leg of some runs: how often it was gone and how often it failed, and how long it took (ms). */
export function figuresOf(runs: readonly Run[]): LegFigures[] {
  return echoLegs.flatMap((leg) => {
    const took = createHistogram();
    for (const run of runs) for (const gone of run.legs) if (gone.leg === leg) took.add(gone.ms);
    const failures = runs.filter(({ failed }) => failed?.leg === leg).length;
    if (took.count + failures === 0) return [];
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => took.percentile(share));
    return [{ leg, count: took.count, failures, p50: p50!, p95: p95!, p99: p99! }];
  });
}

const ms = (value: number | null): string =>
  value === null ? '–' : `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

/** The legs for people, in columns. */
export function tableOf(runs: readonly Run[]): string {
  const last = runs.at(-1)?.legs ?? [];
  const rows = figuresOf(runs).map(({ leg, count, failures, p50, p95 }) => [
    leg,
    ms(last.find((gone) => gone.leg === leg)?.ms ?? null),
    ms(p50),
    ms(p95),
    String(count),
    failures === 0 ? '' : `${failures} failed`,
  ]);
  const all = [['leg', 'last', 'median', '95 %', 'runs', ''], ...rows];
  const widths = all[0]!.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One run in a line. */
export function lineOf({ startedAt, legs, failed }: Run): string {
  const time = new Date(startedAt).toISOString().slice(0, 19).replace('T', ' ');
  if (failed) return `${time}  failed at ${failed.leg}: ${failed.reason}`;
  const took = (leg: string) => legs.find((gone) => gone.leg === leg)?.ms ?? null;
  const back = [0, 1, 2].map((qos) => ms(took(`receive-${qos}`))).join(', ');
  return `${time}  whole: let in after ${ms(took('connect'))}, there and back ${back}`;
}
