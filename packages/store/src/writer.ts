import { openAppending, type Appended } from './appending.ts';
import type { Connection } from './database.ts';
import type { ReplayWindow } from './face.ts';
import { forget } from './forget.ts';
import type { PackedArrivals } from './packing.ts';
import { openWindows } from './windows.ts';

/** What the writer is asked to do. */
export type Write =
  | { append: PackedArrivals; windows: readonly ReplayWindow[] }
  | { forget: string[]; what: 'all' | 'numbers' };

/** The one that writes to a database. */
export interface Writer {
  /** Does all writes, in this order, in one commit; or none: then it throws, and can be called again. */
  commit(writes: readonly Write[]): Appended[];
}

/** The writer of this database. */
export function createWriter(db: Connection): Writer {
  const appending = openAppending(db);
  const windows = openWindows(db);
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  let seenVersion = dataVersion.get();

  function write(one: Write): Appended {
    if ('append' in one) {
      windows.put(one.windows);
      return appending.append(one.append);
    }
    appending.settle();
    forget(db, one.forget, one.what);
    appending.reset();
    return { isDuplicate: new Uint8Array(), readings: 0 };
  }

  const commit = db.transaction((writes: readonly Write[]): Appended[] => {
    // When another process wrote to this file, what is held of it in memory may be out of date.
    const version = dataVersion.get();
    if (version !== seenVersion) appending.reset();
    seenVersion = version;
    const written = writes.map(write);
    appending.settle();
    return written;
  });

  return {
    commit(writes) {
      try {
        return commit.immediate(writes);
      } catch (error) {
        appending.reset();
        throw error;
      }
    },
  };
}
