import type { Arrival, LatestReading, Span } from '@hearth/store';
import { rowCount, rowSeries, rowSpan } from './first-hearth.ts';
import { rowsEnd, type Operation } from './plan.ts';

/** What the store is to have, said as plainly as can be. */
export interface Books {
  /** By series and instant; null is a null. */
  readonly readings: ReadonlyMap<string, ReadonlyMap<number, number | null>>;
  readonly latest: ReadonlyMap<string, { at: number; value: LatestReading['value'] }>;
  /** Of the newest boot of each device, as {@link Store.spans} says it. */
  spans(): Span[];
  note(operation: Operation): void;
}

const asNumber = (value: Arrival['values'][keyof Arrival['values']]): number | null =>
  typeof value === 'boolean' ? Number(value) : ((value ?? null) as number | null);

/** Books that begin with what the first Hearth had. */
export function createBooks(now: number): Books {
  const readings = new Map<string, Map<number, number | null>>();
  const latest = new Map<string, { at: number; value: LatestReading['value'] }>();
  /** Numbers by device and boot. */
  const numbers = new Map<string, Map<number, Set<number>>>();

  const end = rowsEnd(now);
  for (const { device, quantity, stepMs, value } of rowSeries) {
    const rows = Array.from({ length: rowCount }, (_, n) => [end - n * stepMs, value(n)] as const);
    readings.set(`${device} ${quantity}`, new Map(rows));
    latest.set(`${device} ${quantity}`, {
      at: end,
      value: quantity === 'heating' ? value(0) === 1 : value(0),
    });
  }
  const { device: numbered, boot, last } = rowSpan;
  numbers.set(numbered, new Map([[boot, new Set(Array.from({ length: last }, (_, i) => i + 1))]]));

  function isKnown({ device, key }: Arrival): boolean {
    if (!key) return false;
    const boots = numbers.get(device) ?? new Map<number, Set<number>>();
    numbers.set(device, boots);
    const seqs = boots.get(key.boot) ?? new Set();
    boots.set(key.boot, seqs);
    return seqs.size === seqs.add(key.seq).size;
  }

  function take(arrival: Arrival): void {
    if (isKnown(arrival)) return;
    const { device, at, values } = arrival;
    for (const [quantity, value] of Object.entries(values)) {
      const series = `${device} ${quantity}`;
      readings.set(series, (readings.get(series) ?? new Map()).set(at, asNumber(value)));
      if ((latest.get(series)?.at ?? 0) <= at) latest.set(series, { at, value });
    }
  }

  function forget(device: string): void {
    numbers.delete(device);
    for (const all of [readings, latest])
      for (const series of all.keys()) if (series.startsWith(`${device} `)) all.delete(series);
  }

  return {
    readings,
    latest,
    spans: () => [...numbers].flatMap(([device, boots]) => spansOf(device, boots)),
    note(operation) {
      if (operation.kind === 'append') operation.arrivals.forEach(take);
      else if (operation.kind === 'forget') operation.devices.forEach(forget);
      else if (operation.kind === 'begin-anew')
        for (const device of operation.devices) numbers.delete(device);
    },
  };
}

function spansOf(device: string, boots: ReadonlyMap<number, ReadonlySet<number>>): Span[] {
  const boot = Math.max(...boots.keys());
  const spans: Span[] = [];
  for (const seq of [...boots.get(boot)!].sort((a, b) => a - b)) {
    const before = spans.at(-1);
    if (before?.last === seq - 1) before.last = seq;
    else spans.push({ device, boot, first: seq, last: seq });
  }
  return spans;
}
