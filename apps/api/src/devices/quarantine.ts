import type { RejectedMessage } from '@hearth/contract';
import type { Database } from 'better-sqlite3';

/** Entries kept for a device's page. */
const keptPerDevice = 20;

/**
 * The messages that were not taken, for each device's page: one entry for each mistake, counted, with the time
 * and content of its newest. Repeats may wait in memory; a kill loses only how many they were.
 */
export function openQuarantine(db: Database) {
  const find = db
    .prepare<[string, string, string], 1>(
      'SELECT 1 FROM rejected_message WHERE device = ? AND topic = ? AND reason = ?',
    )
    .pluck();
  // A repeat takes a new id: the order of ids is that of the newest ones.
  const upsert = db.prepare(
    `INSERT OR REPLACE INTO rejected_message
       (device, at, topic, rule, path, expected, got, consequence, reason, count)
     VALUES (@device, @at, @topic, @rule, @path, @expected, @got, @consequence, @reason, @count + coalesce(
       (SELECT count FROM rejected_message WHERE device = @device AND topic = @topic AND reason = @reason), 0))`,
  );
  const prune = db.prepare(
    `DELETE FROM rejected_message WHERE device = @device AND id <= (
       SELECT id FROM rejected_message WHERE device = @device ORDER BY id DESC LIMIT 1 OFFSET ${keptPerDevice})`,
  );
  const select = db.prepare<[string], RejectedMessage>(
    `SELECT at, topic, rule, path, expected, got, consequence, count FROM rejected_message
     WHERE device = ? ORDER BY at DESC, id DESC LIMIT ${keptPerDevice}`,
  );
  const removeAll = db.prepare('DELETE FROM rejected_message WHERE device = ?');
  /** By device and mistake: the newest, with the count of those that are not on disk. */
  const waiting = new Map<string, Map<string, RejectedMessage>>();

  const put = (device: string, message: RejectedMessage): void => {
    upsert.run({ device, reason: reasonOf(message), ...message });
    prune.run({ device });
  };
  return {
    /** Whether it is the repeat of an entry that is on disk. */
    has: (device: string, message: RejectedMessage): boolean =>
      find.get(device, message.topic, reasonOf(message)) !== undefined,
    /** Writes one down. Of more than 20 entries the one that was not repeated for longest goes. */
    put,
    /** Keeps a repeat in memory until `save`. */
    wait(device: string, message: RejectedMessage): void {
      const repeats = waiting.get(device) ?? new Map<string, RejectedMessage>();
      const mistake = mistakeOf(message);
      repeats.set(mistake, added(repeats.get(mistake), message));
      waiting.set(device, repeats);
    },
    /** Writes down what waits. @throws when the disk refuses; it waits on then. */
    save(): void {
      db.transaction(() => {
        for (const [device, repeats] of waiting) for (const message of repeats.values()) put(device, message);
      })();
      waiting.clear();
    },
    /** Newest first, at most 20. */
    list(device: string): RejectedMessage[] {
      const entries = new Map<string, RejectedMessage>();
      const repeats = waiting.get(device)?.values() ?? [];
      for (const message of [...select.all(device).toReversed(), ...repeats]) {
        const mistake = mistakeOf(message);
        entries.set(mistake, added(entries.get(mistake), message));
      }
      return [...entries.values()].toSorted((a, b) => b.at - a.at).slice(0, keptPerDevice);
    },
    remove(device: string): void {
      waiting.delete(device);
      removeAll.run(device);
    },
  };
}
export type Quarantine = ReturnType<typeof openQuarantine>;

/** What makes two messages of one topic the same mistake: figures in what was expected do not tell them apart. */
function reasonOf({ rule, path, expected, consequence }: RejectedMessage): string {
  return [rule, path, consequence, expected.replaceAll(/\d+/g, '#')].join(' ');
}

/** The same for messages that are one entry of a device's page. */
export function mistakeOf(message: RejectedMessage): string {
  return `${message.topic} ${reasonOf(message)}`;
}

function added(before: RejectedMessage | undefined, message: RejectedMessage): RejectedMessage {
  return { ...message, count: message.count + (before?.count ?? 0) };
}
