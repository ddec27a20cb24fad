import type { Log } from '@hearth/part';
import type { Store } from '@hearth/store';
import type { Bridge } from './bridge/bridge.ts';
import type { Credentials } from './credentials.ts';
import { coalesce } from './devices/coalesce.ts';
import type { Devices } from './devices/devices.ts';
import type { Gateways } from './gateways.ts';
import { homeId } from './homes.ts';

/** One command line makes several requests. */
const lookMs = 100;
/** Simulated devices come in by their enrolment alone. */
const simulatedPrefix = 'demo-';

/** Shows devices and gateways that were added at the broker itself, by its command line: as never heard, until they are. */
export function watchCredentials(parts: {
  bridge: Bridge;
  credentials: Credentials;
  devices: Devices;
  gateways: Gateways;
  store: Store;
  log: Log;
}): Disposable {
  const { bridge, credentials, devices, gateways, store, log } = parts;
  const adopt = async (): Promise<void> => {
    const listed = (await bridge.control.list()) ?? [];
    const strangers = listed.filter(
      ({ id, role, home }) =>
        role !== 'admin' && home === homeId && devices.isFree(id) && !id.startsWith(simulatedPrefix),
    );
    if (strangers.length === 0) return;
    await store.beginAnew(strangers.map(({ id }) => id));
    for (const { id, role, topics } of strangers) {
      bridge.encryption.switchOff(id);
      const isGateway = role === 'gateway';
      if (isGateway) gateways.keep(id, topics);
      devices.add({
        id,
        name: id,
        roomId: null,
        role: isGateway ? 'gateway' : 'device',
        isDemo: false,
        source: 'contract',
      });
      log.info({ device: id }, 'a device that was added at the broker is shown from now on');
    }
    await bridge.hearAgain();
  };
  const looking = coalesce(lookMs, () =>
    // In turn with what the dashboard changes, whose devices are at the broker before they are here.
    credentials.inTurn(adopt).catch((error: unknown) => {
      log.warn({ err: error }, 'what was added at the broker could not be looked up');
    }),
  );
  bridge.followCredentials(() => looking.soon());
  return { [Symbol.dispose]: () => looking.stop() };
}
