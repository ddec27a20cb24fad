import type { Database } from 'better-sqlite3';

/** How far the offset of one boot must fall before it is worth a write, ms. */
const savedToMs = 100;
/** Boots remembered per device: the one that runs and those that its buffer may still speak of. */
const keptBoots = 4;

type Offsets = Map<number, number>;

/**
 * When readings of devices without a clock were measured: `uptime` plus the smallest (received − uptime)
 * seen in that boot, as the message that travelled fastest says best when the device started. Each message
 * is an upper bound. One from a buffer is a poor one, so a device says its uptime in `status`, first of all.
 */
export function openClock(db: Database) {
  const upsert = db.prepare(
    `INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  );
  const remove = db.prepare('DELETE FROM setting WHERE name = ?');
  const byDevice = new Map<string, Offsets>();
  const saved = new Map<string, Offsets>();
  const rows = db
    .prepare<[], { name: string; value: string }>("SELECT name, value FROM setting WHERE name LIKE 'clock/%'")
    .all();
  for (const { name, value } of rows) {
    const offsets = JSON.parse(value) as [number, number][];
    byDevice.set(name.slice('clock/'.length), new Map(offsets));
    saved.set(name.slice('clock/'.length), new Map(offsets));
  }

  return {
    /** Learns from one message. */
    hear(device: string, boot: number, uptime: number, receivedAt: number): void {
      const offsets = byDevice.get(device) ?? new Map<number, number>();
      byDevice.set(device, offsets);
      offsets.set(boot, Math.min(offsets.get(boot) ?? Infinity, receivedAt - uptime));
      const oldest = Math.min(...offsets.keys());
      if (offsets.size > keptBoots) offsets.delete(oldest);
    },
    /** Unix ms; null when nothing was heard of that boot. */
    at(device: string, boot: number, uptime: number): number | null {
      const offset = byDevice.get(device)?.get(boot);
      return offset === undefined ? null : offset + uptime;
    },
    forget(device: string): void {
      remove.run(`clock/${device}`);
      byDevice.delete(device);
      saved.delete(device);
    },
    /** Writes what has changed enough, so that times hold over a restart of ours. @throws if the disk refuses. */
    save(): void {
      for (const [device, offsets] of byDevice) {
        const before = saved.get(device);
        const isNews = [...offsets].some(([boot, ms]) => ms < (before?.get(boot) ?? Infinity) - savedToMs);
        if (!isNews) continue;
        upsert.run(`clock/${device}`, JSON.stringify([...offsets]));
        saved.set(device, new Map(offsets));
      }
    },
  };
}
export type Clock = ReturnType<typeof openClock>;
