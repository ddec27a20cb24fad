import type { SeriesPoints } from '@hearth/contract';
import { gapMs } from './series-points.ts';

/** A stretch of time in which it is known for which share of it the heating was on: 0 (off) to 1. */
export interface HeatSpan {
  from: number;
  to: number;
  share: number;
}

/** Adds a span at the end, joined with its neighbour where they say the same. */
function put(out: HeatSpan[], span: HeatSpan): void {
  const last = out.at(-1);
  const isSame =
    last?.to === span.from && last.share > 0 === span.share > 0 && Math.abs(last.share - span.share) < 0.01;
  if (isSame) last.to = span.to;
  else out.push(span);
}

/** What is known of one heater, in order; nothing where no reading was. */
export function heatSpans(points: SeriesPoints, periodMs: number | null): HeatSpan[] {
  const longest = gapMs(points.widthMs, periodMs);
  const out: HeatSpan[] = [];
  points.start.forEach((start, i) => {
    const end = start + points.widthMs;
    put(out, { from: start, to: end, share: points.mean[i] ?? 0 });
    const next = points.start[i + 1];
    // A device that speaks more seldom than a bucket is wide means its last word until the next.
    if (next !== undefined && next > end && next - start <= longest)
      put(out, { from: end, to: next, share: points.last[i] ?? 0 });
  });
  return out;
}

/**
 * When any of several heaters was on, from what is known of each. Where two were on for a part of the same
 * stretch it is not known whether at the same time: the larger share stands, the least that it can be.
 */
export function eitherHeating(heaters: readonly (readonly HeatSpan[])[]): HeatSpan[] {
  const edges = heaters.flatMap((spans) => spans.flatMap(({ from, to }) => [from, to]));
  const cuts = [...new Set(edges)].sort((a, b) => a - b);
  const at = heaters.map(() => 0);
  const out: HeatSpan[] = [];
  cuts.slice(1).forEach((to, i) => {
    const from = cuts[i] ?? to;
    const shares = heaters.flatMap((spans, n) => {
      while ((spans[at[n] ?? 0]?.to ?? Infinity) <= from) at[n] = (at[n] ?? 0) + 1;
      const span = spans[at[n] ?? 0];
      return span && span.from <= from ? span.share : [];
    });
    if (shares.length > 0) put(out, { from, to, share: Math.max(...shares) });
  });
  return out;
}

/** How long the heating was on, in ms. */
export function heatedMs(spans: readonly HeatSpan[]): number {
  return spans.reduce((sum, { from, to, share }) => sum + (to - from) * share, 0);
}
