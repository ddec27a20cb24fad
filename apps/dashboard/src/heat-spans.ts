import type { SeriesPoints } from '@hearth/contract';
import type { Format } from './format.ts';

/** A stretch of time in which it is known for which share of it the heating was on: 0 (off) to 1. */
export interface HeatSpan {
  from: number;
  to: number;
  share: number;
}

/** Adds a span at the end, joined with its neighbour where they say much the same; the time on is not changed. */
function put(out: HeatSpan[], span: HeatSpan): void {
  const last = out.at(-1);
  const isSame =
    last?.to === span.from && last.share > 0 === span.share > 0 && Math.abs(last.share - span.share) < 0.01;
  if (isSame) {
    last.share = heatedMs([last, span]) / (span.to - last.from);
    last.to = span.to;
  } else out.push(span);
}

/**
 * What is known of one heater, in order; nothing where no reading was. A bucket counts for the time that its
 * readings speak for and not for its width: the first and the last of a range are seldom full.
 */
export function heatSpans({ on }: SeriesPoints): HeatSpan[] {
  const out: HeatSpan[] = [];
  on?.from.forEach((from, i) => {
    const to = on.to[i] ?? from;
    if (to > from) put(out, { from, to, share: (on.ms[i] ?? 0) / (to - from) });
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

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How long a room was heated, of the time that is known: nothing is said of one that nothing is known of. */
export function dayWords(spans: readonly HeatSpan[], format: Format): string {
  if (spans.length === 0) return 'no readings';
  const ms = heatedMs(spans);
  return ms < minuteMs ? 'not heated' : heatedWords(ms, format);
}

/** A length of heating as people compare it: '3 min', from an hour on '7.0 h'. */
export function heatedWords(ms: number, format: Format): string {
  return ms < hourMs ? `${Math.round(ms / minuteMs)} min` : `${format.number(ms / hourMs, 1)} h`;
}
