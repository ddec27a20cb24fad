import {
  controlTopics,
  journalTopic,
  refusedTopic,
  type Ask,
  type AskOutcome,
  type BrokerFace,
  type BrokerJournal,
  type Command,
  type Device,
} from '@hearth/contract';
import type { Log, Tracing } from '@hearth/part';
import type { Store } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import type { Devices } from '../devices/devices.ts';
import type { Gateways } from '../gateways.ts';
import { createAsks } from './ask.ts';
import { openBatches } from './batches.ts';
import { createBrokerAccess, type AccessWay } from './broker-access.ts';
import { openBrokerSession, type LinkState, type TlsFiles } from './broker-session.ts';
import type { CommandTiming } from './command-life.ts';
import { openCommands } from './commands.ts';
import type { Control } from './control.ts';
import { createEncryption, type Encryption } from './encryption.ts';
import { createEnvelopes } from './envelopes.ts';
import { openForeign } from './foreign.ts';
import { createJournalState, diskRefuses } from './journal-state.ts';
import { createOutgoing } from './outgoing.ts';
import { openPayloadKeys } from './payload-keys.ts';
import { filtersOf, startGroup } from './sharing.ts';
import { BrokerAwayError } from './in-flight.ts';
import { openReceipted } from './receipted.ts';
import { createReceipts } from './receipts.ts';

/** The way between the broker and the rest of the api. */
export interface Bridge extends AsyncDisposable {
  /** `problem` also says when readings wait because our disk refuses them; `journal` how the broker's disk does. */
  state(): LinkState & { journal?: BrokerJournal };
  /** @throws {BrokerAwayError} */
  ask(device: Device, ask: Ask): Promise<AskOutcome>;
  /**
   * Requests a setpoint in °C; resolves when the command is on disk and on its way.
   * @throws {CannotSetError} @throws {OutOfRangeError} @throws {DeviceOfflineError} @throws {BrokerAwayError}
   */
  setSetpoint(device: Device, setpoint: number, by: string): Promise<Command>;
  control: Control;
  encryption: Encryption;
  /** Called with each connection, and whenever somebody else changed who may connect. */
  followCredentials(listener: () => void): void;
  /** Hears again what devices said last, for those that were not known. @throws {BrokerAwayError} */
  hearAgain(): Promise<void>;
}

/** The broker knows the api's session by this. */
const clientId = 'hearth-api';

/** Where the broker is and who we are there. */
export interface BrokerLogin {
  brokerUrl: string;
  user: string;
  passwordFile: string;
  /** In place of the file. */
  password?: string | undefined;
  tlsFiles?: TlsFiles;
  /** Who lets devices in there; our own broker if not set. */
  access?: AccessWay | 'auto';
  /** What devices are told of a broker that is not ours. */
  place?: () => Promise<BrokerFace>;
  /** Other apis of the same group take a part of the readings. */
  share?: string | undefined;
}

/** Connects to the broker, now or when it is there, and keeps at it. */
export async function startBridge(
  options: BrokerLogin & {
    db: Database;
    store: Store;
    devices: Devices;
    log: Log;
    home: string;
    /** The file that devices' payload secrets are wrapped with; made with the first of them. */
    payloadKeyFile: string;
    gateways: Gateways;
    /** Told of readings and requests; not if not given. */
    tracing?: Tracing | null;
    now: () => number;
    /** A clock that is never set: the process's own if not given. */
    monotonicMs?: () => number;
    commandTiming?: CommandTiming;
  },
): Promise<Bridge> {
  const { db, store, devices, log, home, now, access: way = 'hearth', share, tracing = null } = options;
  const keys = openPayloadKeys({ db, keyFile: options.payloadKeyFile, home, log, now });
  const envelopes = createEnvelopes(keys, await store.windows());
  const encryption = createEncryption({ keys, envelopes, home, isShared: share !== undefined });
  // Whatever goes to a device goes through here, so that nothing leaves in clear that is to be encrypted.
  const publish: typeof session.publish = async (topic, payload, how) =>
    session.publish(topic, typeof payload === 'string' ? envelopes.seal(topic, payload) : payload, how);
  const group =
    share === undefined
      ? null
      : startGroup({
          name: share,
          publish,
          devices,
          log,
          receipts: () => receipts,
          forget: (id) => forget(id),
        });
  const receipted = openReceipted(db);
  const receipts = createReceipts({
    home,
    publish: group?.publishReceipt ?? publish,
    receipted,
    monotonicMs: options.monotonicMs ?? (() => performance.now()),
    onGaps: () => devices.noteAwaiting(receipts),
  });
  receipts.hold();
  for (const span of await store.spans()) if (devices.get(span.device)) receipts.resume(span);
  devices.noteAwaiting(receipts);
  // Without a connection the next one subscribes to them.
  const foreign = openForeign(group !== null, (topics) => void session.subscribeLive(topics).catch(() => {}));
  const outgoing = createOutgoing({ home, publish, foreign });
  const asks = createAsks(outgoing, now, tracing);
  const commands = openCommands({ db, devices, outgoing, log, now, timing: options.commandTiming });
  const place = options.place ?? (() => Promise.resolve({ listeners: [], ca: null }));
  /** Who is told that the broker may let in others than before. In a group the members tell each other. */
  let onCredentials = (): void => {};
  const access = createBrokerAccess({ way, home, publish, place, log, onForeign: () => onCredentials() });
  const journal = createJournalState();
  const batches = openBatches({
    db,
    store,
    devices,
    log,
    home,
    receipts: group ? group.telling(receipts) : receipts,
    asks,
    commands,
    envelopes,
    foreign,
    gateways: options.gateways,
    tracing,
    flow: { pause: () => session.pause(), resume: () => session.resume() },
  });
  const forget = (id: string): void => {
    receipts.forget(id);
    commands.forget(id);
    batches.forget(id);
    encryption.switchOff(id);
  };
  const session = openBrokerSession({
    url: options.brokerUrl,
    clientId: group ? `${clientId}-${group.member}` : clientId,
    user: options.user,
    passwordFile: options.passwordFile,
    password: options.password,
    tlsFiles: options.tlsFiles ?? {},
    isClean: group !== null,
    ...(way === 'hearth' ? { notReady: diskRefuses } : {}),
    log,
    now,
    filters: [
      ...filtersOf(group, foreign.timedFilters),
      ...(way === 'hearth' ? [controlTopics.response, journalTopic, refusedTopic] : []),
    ],
    optionalFilters: access.optionalFilters,
    liveFilters: () => foreign.liveFilters(),
    onMessage(delivery) {
      if (group?.hear(delivery)) return;
      if (access.hear(delivery.topic, delivery.payload) || journal.hear(delivery.topic, delivery.payload))
        delivery.acknowledge();
      else batches.take(delivery);
    },
    onConnected(granted) {
      access.connected(granted);
      receipts.sendAgain();
      group?.tellDevices();
      onCredentials();
    },
    onLost() {
      access.lost();
      journal.forget();
      receipts.hold();
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
      const told = journal.present(link);
      return { ...link, ...(problem !== undefined && { problem }), ...(told && { journal: told }) };
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
    followCredentials(listener) {
      if (group) return;
      onCredentials = listener;
      if (session.state().isConnected) listener();
    },
    hearAgain: () => session.subscribeAgain(),
    encryption,
    control: {
      ...access.control,
      async add(credentials) {
        await access.control.add(credentials);
        await group?.tellAdded(credentials);
      },
      /** Also forgets how far they had come: a device added under the same id begins anew. */
      async revoke(ids) {
        await access.control.revoke(ids);
        await group?.tellRemoved(ids);
        for (const id of ids) forget(id);
      },
    },
    async [Symbol.asyncDispose]() {
      group?.stop();
      await receipts.stop();
      commands.stop();
      foreign[Symbol.dispose]();
      await batches[Symbol.asyncDispose]();
      await session[Symbol.asyncDispose]();
    },
  };
}
