import {
  encodePoints,
  pointsMediaType,
  quantities,
  type Device,
  type QuantityName,
  type SeriesColumns,
  type SeriesPoints,
} from '@hearth/contract';
import type { Points } from '@hearth/store';
import { InvalidRequestError } from '../http/validation.ts';
import type { AddRoute } from '../http/route.ts';
import { findDevice } from './devices.ts';
import type { Parts } from './parts.ts';

/** Buckets of a chart unless the query says otherwise. */
const pointsDefault = 600;

/** Points for a chart: all quantities of one device over one span. */
export function addSeriesRoutes(
  addRoute: AddRoute,
  { devices, home, store }: Pick<Parts, 'devices' | 'home' | 'store'>,
): void {
  addRoute('series', async ({ query, request, reply }) => {
    const { from, to, points: count = pointsDefault } = query;
    const device = findDevice(devices, query.device);
    const names = parseQuantities(query.quantities);
    if (from >= to) throw unfit('to', 'must be after from');
    const periodMs = periodOf(device, names);
    const found = await store.points({
      series: names.map((quantity) => ({ device: device.id, quantity })),
      from,
      to,
      count,
      timeZone: home.facts().timeZone,
      holdMs: missedPeriods * (periodMs ?? 0),
    });
    const head = { device: device.id, from, to, periodMs };
    const series = found.map(toColumns);
    void reply.header('vary', 'accept');
    if (request.headers.accept?.includes(pointsMediaType))
      void reply.type(pointsMediaType).send(encodePoints({ ...head, series }));
    return { ...head, series: series.map(toSeriesPoints) };
  });
}

function parseQuantities(list: string): QuantityName[] {
  const names = [...new Set(list.split(','))];
  const unknown = names.find((name) => !Object.hasOwn(quantities, name));
  if (unknown !== undefined)
    throw unfit('quantities', `${unknown} is not one of ${Object.keys(quantities).join(', ')}`);
  return names as QuantityName[];
}

function unfit(parameter: string, detail: string): InvalidRequestError {
  return new InvalidRequestError('The query does not fit: see errors.', [
    { pointer: `#/${parameter}`, detail },
  ]);
}

/** The longest of the periods: a step wider than that is a gap in any of the series. */
function periodOf(device: Device, names: readonly QuantityName[]): number | null {
  const periods = names.flatMap((name) => device.about?.quantities[name]?.periodMs ?? []);
  return periods.length === 0 ? null : Math.max(...periods);
}

/** After as many periods without a word it is not known any more whether a switch is on. */
const missedPeriods = 3;

/** A mean to four decimals: finer than any sensor, and half the bytes. */
const meanDigits = 1e4;

function toColumns({ device: _device, sum, count, ...columns }: Points): SeriesColumns {
  const mean = sum.map((total, i) => Math.round((total / count[i]!) * meanDigits) / meanDigits);
  return { ...columns, count, mean };
}

function toSeriesPoints({ quantity, widthMs, on, ...columns }: SeriesColumns): SeriesPoints {
  return {
    quantity,
    widthMs,
    start: Array.from(columns.start),
    count: Array.from(columns.count),
    min: Array.from(columns.min),
    max: Array.from(columns.max),
    mean: Array.from(columns.mean),
    last: Array.from(columns.last),
    coveredMs: Array.from(columns.coveredMs),
    ...(on && {
      on: { from: Array.from(on.from), to: Array.from(on.to), ms: Array.from(on.ms, Math.round) },
    }),
  };
}
