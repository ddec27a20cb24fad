import type { Storage } from '@hearth/contract';
import type { AddRoute } from '../http/route.ts';
import { storagePromise } from '../storage-promise.ts';
import { findDevice } from './devices.ts';
import type { Parts } from './parts.ts';

/** Room for readings, how long they are kept, and what is missing day by day. */
export function addStorageRoutes(
  addRoute: AddRoute,
  { devices, home, retention, store }: Pick<Parts, 'devices' | 'home' | 'retention' | 'store'>,
): void {
  const storage = async (): Promise<Storage> => {
    const [usage, state] = await Promise.all([store.usage(), store.retention()]);
    const rules = retention.rules();
    return { ...storagePromise(usage, rules), rules, retention: state };
  };

  addRoute('storage', storage);

  addRoute('digests', () => store.digests());

  addRoute('changeRetention', async ({ body }) => {
    await retention.change(body.rules);
    return storage();
  });

  addRoute('deviceDays', ({ params, query: { from, to } }) => {
    const { id } = findDevice(devices, params.id);
    return store.days({ device: id, from, to, timeZone: home.facts().timeZone });
  });
}
