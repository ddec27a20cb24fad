import { join } from 'node:path';
import { explainFile, type Log, type Running, StartError } from '@hearth/part';
import { openStore, type Store, StoreOpenError } from '@hearth/store';
import { openAccounts } from './accounts/accounts.ts';
import { watchCredentials } from './adoption.ts';
import { startBridge } from './bridge/bridge.ts';
import { storePath, type Config } from './config.ts';
import { brokerLogin } from './broker-login.ts';
import { createBrokerTrouble } from './broker-trouble.ts';
import { createPlaceOfBroker } from './broker-place.ts';
import { createCredentials } from './credentials.ts';
import { openDatabase } from './database.ts';
import { openDemo } from './demo.ts';
import { openDevices } from './devices/devices.ts';
import { watchHealth } from './health.ts';
import { homeId, openHome } from './homes.ts';
import { createAccess } from './http/access.ts';
import { createEventStreams } from './http/events.ts';
import { startHttp, type HttpLimits } from './http/server.ts';
import { createLive } from './live-ring.ts';
import { createMetrics } from './metrics.ts';
import { openMetricsToken } from './metrics-token.ts';
import { createPairing } from './pairing.ts';
import { addAllRoutes } from './routes/routes.ts';

export { config } from './config.ts';

/** A running api. `link` is the set-up link with its one-time code while there is no owner, then the url. */
export interface RunningApi extends Running {
  readonly address: { readonly url: string; readonly link: string };
  readonly onTrouble: NonNullable<Running['onTrouble']>;
}

/** What tests may replace. */
export interface ApiTuning {
  now?: () => number;
  monotonicMs?: () => number;
  limits?: HttpLimits;
  /** Between two heartbeats of a live stream. */
  beatMs?: number;
}

/**
 * Starts the api: registry, store, bridge to the broker, accounts and HTTP, in this order; it stops in the
 * reverse one. A broker that is not there yet does not keep it from starting.
 */
export async function startApi(config: Config, log: Log, tuning: ApiTuning = {}): Promise<RunningApi> {
  const { now = Date.now, monotonicMs = () => performance.now(), limits, beatMs } = tuning;
  const dataDir = config.HEARTH_DATA_DIR;
  const login = brokerLogin(config);
  await using parts = new AsyncDisposableStack();

  const db = parts.adopt(openDatabase(dataDir), (opened) => void opened.close());
  const home = openHome(db);
  const metrics = createMetrics();
  const store = metrics.counted(parts.use(await openReadings(config, log)));
  const live = createLive(now);
  const devices = metrics.watched(parts.use(await openDevices({ db, store, live, now })));
  const bridge = parts.use(
    await startBridge({
      ...login,
      db,
      store,
      devices,
      log,
      home: homeId,
      payloadKeyFile: join(dataDir, 'payload-key'),
      now,
    }),
  );
  const credentials = createCredentials(
    bridge.control,
    config.HEARTH_DEVICE_BROKER_URL ?? config.HEARTH_BROKER_URL,
    now,
  );
  const pairing = createPairing({ now, monotonicMs });
  const placeOfBroker = createPlaceOfBroker(bridge.control, config);
  const demo = parts.use(
    openDemo({ mode: config.HEARTH_DEMO, dataDir, db, devices, store, credentials, log }),
  );
  parts.use(watchCredentials({ bridge, credentials, devices, store, log }));
  const health = parts.use(watchHealth({ bridge, store, live, now }));
  const { onTrouble } = parts.use(createBrokerTrouble(() => bridge.state()));
  const onNewCode = (): void =>
    log.warn(
      { link: address.link },
      'too many wrong set-up codes: this link replaces the one printed before',
    );
  const accounts = await openAccounts({ db, now, monotonicMs, onNewCode });
  const streams = createEventStreams({ live, sessions: accounts.sessions, now, ...(beatMs && { beatMs }) });
  const access = createAccess(accounts.sessions, {
    isEnrolmentToken: (token) => demo.isToken(token),
    isMetricsToken: openMetricsToken(dataDir),
  });
  metrics.follow({
    liveClients: () => streams.count,
    isBrokerConnected: () => bridge.state().isConnected,
  });
  const http = parts.use(
    await startHttp({
      host: config.HEARTH_HTTP_HOST,
      port: config.HEARTH_HTTP_PORT,
      dashboardDir: config.HEARTH_DASHBOARD_DIR,
      log,
      limits,
      guard: access.guard,
      addRoutes: (addRoute) =>
        addAllRoutes(addRoute, {
          accounts,
          access,
          bridge,
          credentials,
          demo,
          devices,
          health,
          home,
          metrics,
          pairing,
          placeOfBroker,
          monotonicMs,
          store,
          streams,
        }),
      beforeClose: () => streams.closeAll(),
      onResponse: (response) => metrics.noteResponse(response),
    }),
  );

  const url = `http://${reachable(config.HEARTH_HTTP_HOST)}:${http.port}`;
  const address = {
    url,
    get link() {
      return accounts.hasOwner() ? url : `${url}/setup#code=${accounts.setupCode()}`;
    },
  };
  const running = parts.move();
  return { address, onTrouble, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** @throws {StartError} where a person has to look at the file first: starting again would not help. */
async function openReadings(config: Config, log: Log): Promise<Store> {
  const path = storePath(config);
  try {
    return await openStore({ path, log });
  } catch (error) {
    if (!(error instanceof StoreOpenError)) throw error;
    const { code, message, cause } = error;
    const said = { code, message: (cause as Error).message };
    const explained = explainFile(said, path, 'move it away and readings begin anew');
    throw explained instanceof StartError ? explained : new StartError(message, { cause: error });
  }
}

/** A host that a browser on this machine can open: the wildcard addresses are no such. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
