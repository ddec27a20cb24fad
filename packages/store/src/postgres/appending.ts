import { absent } from '../codec/values.ts';
import type { Applied } from '../engine/engine.ts';
import { lowerBound, type Columns } from '../hot/columns.ts';
import { takeArrival, type DeviceState } from '../hot/device.ts';
import { countArrivals, unpackArrivals, type PackedArrival, type PackedArrivals } from '../packing.ts';
import type { ColumnCache } from '../sealed/column-cache.ts';
import type { SealedSeries } from '../sealed/history.ts';
import { sealedAt } from '../sealed/readings.ts';
import type { Run } from './connections.ts';
import { countChanges, saveLatest, type LockedDevice } from './device-rows.ts';
import { withHistory } from './history.ts';
import { loadHotAt, mergeHot, putHot } from './hot-rows.ts';
import { loadSpans, saveSpans, stretchesOf } from './span-rows.ts';

/** A reading by its place. */
interface Cell extends SealedSeries {
  at: number;
}

const cellKey = ({ device, quantity, at }: Cell): string => `${device} ${at} ${quantity}`;

/** What the fates of arrivals depend on: their numbers, and of those without one the values at their instants. */
interface Needs {
  seqs: Map<number, Map<number, number[]>>;
  cells: Map<string, Cell>;
}

/**
 * Takes batches of arrivals, whose devices are locked, in their order: as the engine over SQLite takes them into memory,
 * with what the tables have of them; then writes what changed.
 * @param round what an instant is kept as
 */
export async function appendAll(
  run: Run,
  cache: ColumnCache,
  devices: ReadonlyMap<string, LockedDevice>,
  batches: readonly PackedArrivals[],
  round: (at: number) => number,
): Promise<Applied[]> {
  const byId = new Map([...devices.values()].map((device) => [device.id, device]));
  const { seqs, cells } = needsOf(devices, batches, round);
  const stretches = [...seqs].flatMap(([id, boots]) =>
    [...boots].flatMap(([boot, numbers]) => stretchesOf(id, boot, numbers)),
  );
  const [spansBefore, known] = await Promise.all([
    loadSpans(run, byId, stretches),
    valuesAt(run, cache, [...cells.values()]),
  ]);
  const readKnown = (device: DeviceState, quantity: string, at: number): number =>
    known.get(cellKey({ device: device.id!, quantity, at })) ?? absent;

  const applied = batches.map((packed): Applied => {
    const isDuplicate = new Uint8Array(countArrivals(packed));
    let readings = 0;
    unpackArrivals(packed, (arrival, place) => {
      const taken = takeArrival(devices.get(arrival.device)!, arrival, round(arrival.at), readKnown);
      if (taken === null) isDuplicate[place] = 1;
      else readings += taken;
    });
    return { isDuplicate, readings };
  });

  const changed = [...byId.values()];
  const came = changed
    .filter(({ hot }) => hot.count > 0)
    .map(({ id, hot }) => ({ device: id, columns: hot.columns() }));
  const [scattered] = await Promise.all([
    countChanges(run, changed),
    putHot(run, came),
    saveLatest(run, changed),
    saveSpans(run, byId, spansBefore),
  ]);
  for (const device of scattered) await mergeHot(run, device);
  return applied;
}

function needsOf(
  devices: ReadonlyMap<string, LockedDevice>,
  batches: readonly PackedArrivals[],
  round: (at: number) => number,
): Needs {
  const seqs: Needs['seqs'] = new Map();
  const cells: Needs['cells'] = new Map();
  const note = (arrival: PackedArrival): void => {
    const device = devices.get(arrival.device)!.id;
    if (arrival.hasKey) {
      const boots = seqs.get(device) ?? new Map<number, number[]>();
      seqs.set(device, boots);
      const numbers = boots.get(arrival.boot) ?? [];
      boots.set(arrival.boot, numbers);
      numbers.push(arrival.seq);
      return;
    }
    for (const quantity of arrival.quantities.slice(0, arrival.count)) {
      const cell = { device, quantity, at: round(arrival.at) };
      cells.set(cellKey(cell), cell);
    }
  };
  for (const packed of batches) unpackArrivals(packed, note);
  return { seqs, cells };
}

/** What is stored at these places, hot or sealed, by their key. */
async function valuesAt(run: Run, cache: ColumnCache, cells: readonly Cell[]): Promise<Map<string, number>> {
  if (cells.length === 0) return new Map();
  const hot = await loadHotAt(run, cells);
  return withHistory(run, cache, (history) => {
    const found = new Map<string, number>();
    for (const cell of cells) {
      const value = valueAt(hot.get(cell.device), cell);
      found.set(cellKey(cell), value === absent ? sealedAt(history, cell, cell.at) : value);
    }
    return found;
  });
}

function valueAt(columns: Columns | undefined, { quantity, at }: Cell): number {
  const column = columns?.values.get(quantity);
  if (!columns || !column) return absent;
  const place = lowerBound(columns.times, at);
  return columns.times[place] === at ? column[place]! : absent;
}
