import type { Figure } from '../figure.ts';
import { isSpanned, type Kind, kinds } from './asked.ts';
import type { Device } from './data-set.ts';
import { hearth } from './engines.ts';
import { influx } from './engines/influx.ts';
import { victoriaMetrics } from './engines/victoria-metrics.ts';
import { compare, type PeerBar, withoutBars } from './found.ts';
import type { Times } from './query-times.ts';

/** What is to be reached, ours over theirs, and in ms; of a month or a year only where the data have a whole one. */
const peerBars: Record<Kind, PeerBar[]> = {
  latest: [],
  day: [{ peer: victoriaMetrics, bar: 1 / 2 }],
  month: [{ peer: victoriaMetrics, bar: 1 / 4 }],
  year: [
    { peer: victoriaMetrics, bar: 1 / 30 },
    { peer: influx, bar: 1 / 300 },
  ],
};
const latestBarMs = 1;

/** Warm and cold times as figures; the bars are for the warm ones. */
export function queryFigures(
  { warm, cold }: { warm: Times; cold: Times },
  devices: readonly Device[],
): Figure[] {
  const unit = 'ms';
  const ofKind = (kind: Kind): Figure[] => {
    const ours = { figure: `store.${kind}`, unit, ...(kind === 'latest' && { bar: latestBarMs }) };
    const figures = compare(ours, hearth, warm[kind] ?? new Map(), peerBars[kind]);
    return isSpanned(kind, devices) ? figures : withoutBars(figures);
  };
  const ofKindCold = (kind: Kind): Figure[] =>
    compare({ figure: `store.${kind}.cold`, unit }, hearth, cold[kind] ?? new Map());
  return kinds.flatMap((kind) => ofKind(kind).concat(ofKindCold(kind)));
}
