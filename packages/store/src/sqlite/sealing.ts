import { HotColumns, type Columns } from '../hot/columns.ts';
import type { DeviceState } from '../hot/device.ts';
import { landings, makeBlocks, mergeColumns, sliceColumns, type Landing } from '../sealed/blocks.ts';
import type { ChainEntry } from '../sealed/chain.ts';
import { openBlockRows } from './block-rows.ts';
import { openChain } from './chain.ts';
import type { Connection } from './database.ts';
import { openDeviceRows } from './device-rows.ts';
import { openRollupRows } from './rollup-rows.ts';
import type { SealedHistory } from './sealed-history.ts';

/** Puts what is hot of a device into sealed blocks. */
export interface Sealing {
  /**
   * One transaction: blocks, rollups, counters, newest readings, and the frame of the journal up to which all of the
   * device is sealed. Then nothing is hot of it. Throws what SQLite refuses; the device is as before.
   * @param first is done in the same transaction
   */
  seal(device: DeviceState, frame: number, now: number, first?: () => void): void;
}

/** Sealing into this database. */
export function openSealing(db: Connection, history: SealedHistory): Sealing {
  const deviceRows = openDeviceRows(db);
  const blockRows = openBlockRows(db);
  const rollupRows = openRollupRows(db, history);
  const chain = openChain(db);

  function land(
    { into, begin, end }: Landing,
    device: { id: number; name: string },
    hot: Columns,
    entry: ChainEntry,
  ): void {
    const newer = sliceColumns(hot, begin, end);
    const isAppended = into === null || newer.times[0]! > into.last;
    const all = into === null ? newer : mergeColumns(history.columns(into.id), newer);
    if (into !== null) entry.removed.push(blockRows.take(device.name, into.id));
    for (const made of makeBlocks(all, isAppended)) {
      const { id, block } = blockRows.add(device, made);
      entry.added.push(block);
      history.remember(id, made.columns);
    }
  }

  const transaction = db.transaction(
    (device: DeviceState, frame: number, now: number, first?: () => void) => {
      first?.();
      const id = deviceRows.idOf(device);
      const hot = device.hot.columns();
      if (hot.times.length > 0) {
        const { name } = device;
        const entry: ChainEntry = { device: name, kind: 'seal', added: [], removed: [] };
        const blocks = history.blocks(id, 0, Number.MAX_SAFE_INTEGER);
        for (const landing of landings(hot.times, blocks)) land(landing, { id, name }, hot, entry);
        rollupRows.renew(id, hot);
        chain.add(entry, now);
      }
      deviceRows.save(device, id, frame);
      return id;
    },
  );

  return {
    seal(device, frame, now, first) {
      try {
        device.id = transaction.immediate(device, frame, now, first);
      } catch (error) {
        history.reset();
        throw error;
      }
      device.sealedFrame = frame;
      device.hot = new HotColumns();
      device.hotSince = null;
      device.changedBoots.clear();
      device.repeats.clear();
    },
  };
}
