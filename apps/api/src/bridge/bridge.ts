import { adapters } from '@hearth/adapters';
import {
  anyDeviceFilter,
  controlTopics,
  refusedTopic,
  type Ask,
  type AskOutcome,
  type Command,
  type Device,
} from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Store } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import type { Devices } from '../devices/devices.ts';
import { createAsks } from './ask.ts';
import { openBatches } from './batches.ts';
import { openBrokerSession, type LinkState } from './broker-session.ts';
import type { CommandTiming } from './command-life.ts';
import { openCommands } from './commands.ts';
import { createControl, type Control } from './control.ts';
import { BrokerAwayError } from './in-flight.ts';
import { openReceipted } from './receipted.ts';
import { createReceipts } from './receipts.ts';
import { takenKinds } from './read-message.ts';

/** The way between the broker and the rest of the api. */
export interface Bridge extends AsyncDisposable {
  /** `problem` also says when readings wait because the disk refuses them. */
  state(): LinkState;
  /** @throws {BrokerAwayError} */
  ask(device: Device, ask: Ask): Promise<AskOutcome>;
  /**
   * Requests a setpoint in °C; resolves when the command is on disk and on its way.
   * @throws {CannotSetError} @throws {OutOfRangeError} @throws {DeviceOfflineError} @throws {BrokerAwayError}
   */
  setSetpoint(device: Device, setpoint: number, by: string): Promise<Command>;
  control: Control;
}

/** The broker knows the api's session by this. */
const clientId = 'hearth-api';

/** Connects to the broker, now or when it is there, and keeps at it. */
export async function startBridge(options: {
  brokerUrl: string;
  user: string;
  passwordFile: string;
  db: Database;
  store: Store;
  devices: Devices;
  log: Log;
  home: string;
  now: () => number;
  commandTiming?: CommandTiming;
}): Promise<Bridge> {
  const { db, store, devices, log, home, now } = options;
  const publish: typeof session.publish = (...message) => session.publish(...message);
  const receipted = openReceipted(db);
  const receipts = createReceipts({ home, publish, receipted, monotonicMs: () => performance.now() });
  for (const span of await store.spans()) if (devices.get(span.device)) receipts.resume(span);
  const asks = createAsks(home, publish, now);
  const commands = openCommands({ db, devices, home, publish, log, now, timing: options.commandTiming });
  const control = createControl(publish);
  const batches = openBatches({
    db,
    store,
    devices,
    log,
    home,
    receipts,
    asks,
    commands,
    control,
    flow: { pause: () => session.pause(), resume: () => session.resume() },
  });
  const session = openBrokerSession({
    url: options.brokerUrl,
    clientId,
    user: options.user,
    passwordFile: options.passwordFile,
    log,
    now,
    filters: [
      ...takenKinds.map(anyDeviceFilter),
      ...adapters.flatMap(({ filters }) => filters),
      controlTopics.response,
      refusedTopic,
    ],
    onMessage: (delivery) => batches.take(delivery),
    onConnected: () => receipts.sendAgain(),
    onLost() {
      batches.dropUnacknowledged();
      devices.noteBrokerAway();
    },
  });

  const needBroker = (): void => {
    const { isConnected, problem } = session.state();
    if (!isConnected) throw new BrokerAwayError(problem ?? 'not connected yet');
  };
  return {
    state() {
      const link = session.state();
      const problem = link.problem ?? batches.problem();
      return problem === undefined ? link : { ...link, problem };
    },
    async ask(device, ask) {
      if (device.ask !== 'none') needBroker();
      const connection = devices.connection(device.id);
      return connection ? asks.ask(device, connection, ask) : { outcome: 'not-connected', since: null };
    },
    async setSetpoint(device, setpoint, by) {
      needBroker();
      return commands.set(device, setpoint, by);
    },
    control: {
      add: (credentials) => control.add(credentials),
      /** Also forgets how far they had come: a device added under the same id begins anew. */
      async revoke(ids) {
        await control.revoke(ids);
        for (const id of ids) {
          receipts.forget(id);
          commands.forget(id);
          batches.forget(id);
        }
      },
    },
    async [Symbol.asyncDispose]() {
      await receipts.stop();
      commands.stop();
      await batches[Symbol.asyncDispose]();
      await session[Symbol.asyncDispose]();
    },
  };
}
