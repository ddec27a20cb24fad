import type { QuantityName } from '@hearth/contract';
import { countDays, gapsOf } from '../charts/days.ts';
import { answerPoints, readReadings, type Source } from '../charts/points.ts';
import type { Queries } from '../engine/queries.ts';
import type { RetentionState, SeriesExtent, SeriesName } from '../face.ts';
import { HotColumns, type Columns } from '../hot/columns.ts';
import { packLatest } from '../latest.ts';
import type { Summary } from '../sealed/blocks.ts';
import type { ColumnCache } from '../sealed/column-cache.ts';
import { extentsOfBlock, extentsOfColumns, sumExtents } from '../sealed/extents.ts';
import type { History } from '../sealed/history.ts';
import { isSwitch } from '../values.ts';
import { readDigests } from './chain.ts';
import type { Connections, Run } from './connections.ts';
import { readLatest, readRepeats } from './device-rows.ts';
import { withHistory } from './history.ts';
import { loadAllHot, loadHot } from './hot-rows.ts';
import { readNewestSpans, readProgress, readSpans } from './span-rows.ts';
import { readUsage } from './usage.ts';
import { readWindows } from './window-rows.ts';

/** The same questions, and answers that come from the server. */
export type PostgresQueries = {
  [M in keyof Queries]: (...query: Parameters<Queries[M]>) => Promise<ReturnType<Queries[M]>>;
};

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
const byDevice = (a: { device: string }, b: { device: string }): number => byText(a.device, b.device);
const nothingHot = new HotColumns().columns();

interface Range {
  from: number;
  to: number;
}

/** Every answer is of one moment: a transaction sees the database as it was when it began. */
export function createQueries(
  connections: Connections,
  cache: ColumnCache,
  retention: () => RetentionState,
): PostgresQueries {
  /** Answers from some series in a range: with what is hot of them, and what is sealed as it is asked for. */
  function answer<T>(
    series: readonly SeriesName[],
    { from, to }: Range,
    work: (sourceOf: (series: SeriesName) => Source) => T,
  ): Promise<T> {
    return connections.read(async (run) => {
      const names = [...new Set(series.map(({ device }) => device))];
      const wanted = new Set(series.map(({ quantity }) => quantity));
      const [ids, hot] = await Promise.all([readIds(run, names), loadHot(run, names, { from, to, wanted })]);
      return withHistory(run, cache, (history) =>
        work(({ device, quantity }) => sourceFrom(history, hot, ids.get(device) ?? null, quantity)),
      );
    });
  }

  return {
    latest: async () =>
      packLatest(
        (await connections.read(readLatest))
          .map((one) => Object.assign(one, { quantity: one.quantity as QuantityName }))
          .sort((a, b) => byDevice(a, b) || byText(a.quantity, b.quantity)),
      ),
    points: (query) => answer(query.series, query, (sourceOf) => answerPoints(query, sourceOf)),
    raw: ({ from, to, ...series }) =>
      answer([series], { from, to }, (sourceOf) => readReadings(sourceOf(series), from, to)),
    progress: async () => (await connections.read(readProgress)).sort(byDevice),
    windows: async () => (await connections.read(readWindows)).sort(byDevice),
    spans: async () =>
      (await connections.read(readNewestSpans)).sort((a, b) => byDevice(a, b) || a.first - b.first),
    extents: () => connections.read(async (run) => sumExtents(await readExtents(run))),
    days: ({ device, ...range }) =>
      connections.read(async (run) => {
        const [boots, repeats] = await Promise.all([readSpans(run, device), readRepeats(run, device)]);
        return countDays(gapsOf(boots), repeats, range);
      }),
    gaps: (device) => connections.read(async (run) => gapsOf(await readSpans(run, device))),
    usage: () => connections.read(readUsage),
    retention: () => Promise.resolve(retention()),
    digests: () => connections.read(readDigests),
  };
}

function sourceFrom(
  history: History,
  hot: ReadonlyMap<number, Columns>,
  device: number | null,
  quantity: string,
): Source {
  const own = device === null ? undefined : hot.get(device);
  return { history, device, hot: own ?? nothingHot, quantity, isSwitch: isSwitch(quantity) };
}

async function readIds(run: Run, names: readonly string[]): Promise<Map<string, number>> {
  const rows = await run<{ name: string; id: number }>(
    'SELECT name, id FROM hearth.device WHERE name = ANY($1)',
    [names],
  );
  return new Map(rows.map(({ name, id }) => [name, id]));
}

async function readExtents(run: Run): Promise<SeriesExtent[]> {
  const parts: SeriesExtent[] = [];
  const blocks = await run<{ device: string; first: number; last: number; summary: Summary }>(
    'SELECT name AS device, first, last, summary FROM hearth.block JOIN hearth.device ON device.id = block.device',
  );
  parts.push(...blocks.flatMap(extentsOfBlock));
  const devices = await run<{ id: number; name: string }>(
    'SELECT id, name FROM hearth.device WHERE hot_since IS NOT NULL',
  );
  for (const { id, name } of devices) {
    const hot = await loadAllHot(run, id);
    if (hot) parts.push(...extentsOfColumns(name, hot));
  }
  return parts;
}
