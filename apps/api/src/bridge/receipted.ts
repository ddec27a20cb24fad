import type { Database } from 'better-sqlite3';
import { coalesce } from '../devices/coalesce.ts';
import type { Key } from './key.ts';

/** Receipts reach the disk this late; what a kill takes is waited for again, as if it were a new gap. */
const saveMs = 60_000;

/** How far each device's receipts have come, over a restart of ours: gaps before are given up already. */
export function openReceipted(db: Database) {
  const upsert = db.prepare(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const select = db.prepare<[string], string>('SELECT value FROM setting WHERE name = ?').pluck();
  const remove = db.prepare('DELETE FROM setting WHERE name = ?');
  const unsaved = new Map<string, string>();
  const nameOf = (device: string): string => `receipt/${device}`;
  const saving = coalesce(saveMs, () => {
    db.transaction(() => {
      for (const [device, receipt] of unsaved) upsert.run(nameOf(device), receipt);
    })();
    unsaved.clear();
  });

  return {
    /** As an earlier process saved it. */
    saved(device: string): Key | undefined {
      const receipt = select.get(nameOf(device));
      return receipt === undefined ? undefined : (JSON.parse(receipt) as Key);
    },
    /** The broker has this receipt for the device. */
    note(device: string, receipt: string): void {
      unsaved.set(device, receipt);
      saving.soon();
    },
    forget(device: string): void {
      unsaved.delete(device);
      remove.run(nameOf(device));
    },
    /** Saves what waits, if the disk lets it. */
    async stop(): Promise<void> {
      await saving.flush();
      saving.stop();
    },
  };
}
export type Receipted = ReturnType<typeof openReceipted>;
