import type { RetentionRules } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Store } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import { openSetting } from './settings.ts';

/** How long readings are kept, as the owner chose. */
export interface Retention {
  rules(): RetentionRules;
  change(rules: RetentionRules): Promise<void>;
}

/** The rules in hearth.db, which the store follows from now on; for ever until somebody chooses otherwise. */
export async function openRetention({
  db,
  store,
  log,
}: {
  db: Database;
  store: Store;
  log: Log;
}): Promise<Retention> {
  const setting = openSetting(db, 'retention');
  const rules = (): RetentionRules => JSON.parse(setting.get() ?? '[]') as RetentionRules;
  await store.retain(rules());
  return {
    rules,
    async change(next) {
      setting.set(JSON.stringify(next));
      log.info({ rules: next }, 'how long readings are kept was changed');
      await store.retain(next);
    },
  };
}
