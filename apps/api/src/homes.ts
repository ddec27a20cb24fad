import type { Home } from '@hearth/contract';
import type { Database } from 'better-sqlite3';

/** The id of the one home: the second level of its devices' topics. */
export const homeId = 'home';

/** What a person says of the home. */
type HomeFacts = Pick<Home, 'name' | 'timeZone' | 'temperatureUnit'>;

/** The home's row; it is there from the first start, so that devices can report before anybody set up. */
export interface HomeRecord {
  facts(): HomeFacts;
  change(facts: HomeFacts): void;
}

/** @returns the home, made with plain defaults when it is not there yet. */
export function openHome(db: Database): HomeRecord {
  db.prepare(
    `INSERT INTO home (id, name, time_zone, temperature_unit) VALUES (?, 'Home', 'UTC', 'celsius')
     ON CONFLICT DO NOTHING`,
  ).run(homeId);
  const select = db.prepare<[string], HomeFacts>(
    `SELECT name, time_zone AS timeZone, temperature_unit AS temperatureUnit FROM home WHERE id = ?`,
  );
  const update = db.prepare(
    'UPDATE home SET name = @name, time_zone = @timeZone, temperature_unit = @temperatureUnit WHERE id = @id',
  );
  // Its time zone is asked for with every count of a day: thousands a minute.
  let known = select.get(homeId)!;
  return {
    facts: () => known,
    change: ({ name, timeZone, temperatureUnit }) => {
      update.run({ id: homeId, name: name.trim(), timeZone, temperatureUnit });
      known = select.get(homeId)!;
    },
  };
}

/** Whether this is a time zone of the IANA database that this runtime knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
