import type { QuantityName } from '@hearth/contract';
import { countDays, gapsOf } from '../charts/days.ts';
import {
  answerPoints,
  readReadings,
  type PointsAnswer,
  type PointsQuery,
  type Source,
} from '../charts/points.ts';
import type {
  DayCount,
  Digest,
  Gap,
  Progress,
  ReplayWindow,
  RetentionState,
  SeriesExtent,
  SeriesName,
  Span,
  Usage,
} from '../face.ts';
import { HotColumns } from '../hot/columns.ts';
import type { DeviceState } from '../hot/device.ts';
import { packLatest, type LatestColumns } from '../latest.ts';
import { extentsOfColumns, sumExtents } from '../sealed/extents.ts';
import type { Readings } from '../sealed/readings.ts';
import { isSwitch } from '../values.ts';
import type { Engine } from './engine.ts';

interface Range {
  from: number;
  to: number;
}

/** What the engine is asked. Every answer is of one moment. */
export interface Queries {
  latest(): LatestColumns;
  points(query: PointsQuery): PointsAnswer;
  raw(query: Range & SeriesName): Readings;
  progress(): Progress[];
  windows(): ReplayWindow[];
  spans(): Span[];
  extents(): SeriesExtent[];
  days(query: Range & { device: string; timeZone?: string }): DayCount[];
  gaps(device: string): Gap[];
  usage(): Usage;
  retention(): RetentionState;
  digests(): Digest[];
}

/** What the database knows beside its history. */
export interface SealedFacts {
  extents(): SeriesExtent[];
  /** Repeats of a device by hour of arrival, as after its last seal. */
  repeats(device: number): [hourAt: number, count: number][];
  usage(): Usage;
  retention(): RetentionState;
  digests(): Digest[];
}

const nothingHot = new HotColumns().columns();

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

export function createQueries(engine: Engine, facts: SealedFacts): Queries {
  const { devices, windows, history } = engine;

  function sourceOf({ device, quantity }: SeriesName): Source {
    const state = devices.get(device);
    return {
      history,
      device: state?.id ?? null,
      hot: state?.hot.columns() ?? nothingHot,
      quantity,
      isSwitch: isSwitch(quantity),
    };
  }

  const inOrder = (): DeviceState[] => [...devices.values()].sort((a, b) => byText(a.name, b.name));

  return {
    latest: () =>
      packLatest(
        inOrder().flatMap(({ name, latest }) =>
          Array.from(latest, ([quantity, newest]) =>
            Object.assign({ device: name, quantity: quantity as QuantityName }, newest),
          ).sort((a, b) => byText(a.quantity, b.quantity)),
        ),
      ),
    points: (query) => answerPoints(query, sourceOf),
    raw: ({ from, to, ...series }) => readReadings(sourceOf(series), from, to),
    progress: () => inOrder().flatMap((device) => progressOf(device) ?? []),
    windows: () => [...windows.values()].sort((a, b) => byText(a.device, b.device)),
    spans: () => inOrder().flatMap(newestSpans),
    extents: () =>
      sumExtents([
        ...facts.extents(),
        ...inOrder().flatMap(({ name, hot }) => extentsOfColumns(name, hot.columns())),
      ]),
    days({ device, ...range }) {
      const state = devices.get(device);
      if (!state) return [];
      const sealed = state.id === null ? [] : facts.repeats(state.id);
      return countDays(gapsOf(state.boots), [...sealed, ...state.repeats], range);
    },
    gaps: (device) => gapsOf(devices.get(device)?.boots ?? new Map()),
    usage: () => facts.usage(),
    retention: () => facts.retention(),
    digests: () => facts.digests(),
  };
}

function progressOf({ name, boots, duplicates }: DeviceState): Progress | null {
  if (boots.size === 0) return null;
  let missing = 0;
  for (const { list } of boots.values())
    for (const [i, { first }] of list.entries()) if (i > 0) missing += first - list[i - 1]!.last - 1;
  const boot = newestOf(boots);
  return { device: name, boot, seq: boots.get(boot)!.list.at(-1)!.last, missing, duplicates };
}

/** A device in a reboot loop has more boots than a call takes arguments. */
function newestOf(boots: ReadonlyMap<number, unknown>): number {
  let newest = 0;
  for (const boot of boots.keys()) newest = Math.max(newest, boot);
  return newest;
}

function newestSpans({ name, boots }: DeviceState): Span[] {
  if (boots.size === 0) return [];
  const boot = newestOf(boots);
  return boots.get(boot)!.list.map(({ first, last }) => ({ device: name, boot, first, last }));
}
