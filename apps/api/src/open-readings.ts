import { explainFile, type Log, StartError } from '@hearth/part';
import { openStore, type Store, StoreOpenError } from '@hearth/store';
import { storePlace, type Config } from './config.ts';

/** Opens the store of readings. @throws {StartError} where a person has to look at file or server first: starting again would not help. */
export async function openReadings(config: Config, log: Log): Promise<Store> {
  const place = storePlace(config);
  try {
    return await openStore({
      ...place,
      log,
      stampMs: config.HEARTH_STORE_STAMP_MS,
      commitMs: config.HEARTH_STORE_COMMIT_MS,
    });
  } catch (error) {
    if (!(error instanceof StoreOpenError) || error.isPassing) throw error;
    const { code, message, cause } = error;
    const said = { code, message: (cause as Error).message };
    const explained =
      'path' in place ? explainFile(said, place.path, 'move it away and readings begin anew') : error;
    throw explained instanceof StartError ? explained : new StartError(message, { cause: error });
  }
}
