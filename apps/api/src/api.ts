import { join } from 'node:path';
import { openTracing, type Log, type Running } from '@hearth/part';
import { openAccounts } from './accounts/accounts.ts';
import { startAlerts } from './alerts/alerts.ts';
import { lookAround } from './alerts/look-around.ts';
import { watchCredentials } from './adoption.ts';
import { openAvailability } from './availability/availability.ts';
import type { BackupTuning } from './backups/backups.ts';
import { readingsName, registryName } from './backups/contents.ts';
import { assertNotHalfRestored, orOfferBackup } from './backups/offer-backup.ts';
import { startBackups } from './backups/start-backups.ts';
import { startBridge } from './bridge/bridge.ts';
import { openCommandDoor } from './command-door.ts';
import { httpPlace, kitPlace, type Config } from './config.ts';
import { openChecking } from './conformance/checking.ts';
import { brokerLogin } from './broker-login.ts';
import { createBrokerTrouble } from './broker-trouble.ts';
import { createPlaceOfBroker } from './broker-place.ts';
import { createCredentials } from './credentials.ts';
import { openDatabase } from './database.ts';
import { openDemo } from './demo.ts';
import { openDevices } from './devices/devices.ts';
import { openGateways } from './gateways.ts';
import { watchHealth } from './health.ts';
import { startHomeAssistant } from './homeassistant/home-assistant.ts';
import { homeId, openHome } from './homes.ts';
import { createByRoom } from './http/by-room.ts';
import { createDeeds } from './http/deeds.ts';
import { createEventStreams } from './http/events.ts';
import { openAccess } from './http/open-access.ts';
import { startHttp, type HttpLimits } from './http/server.ts';
import { reachable } from './http/reachable.ts';
import { createLive } from './live-ring.ts';
import { startDeviceWatch } from './monitoring/device-watch.ts';
import { createMetrics } from './metrics.ts';
import { createPairing } from './pairing.ts';
import { openProbe, type ProbeTuning } from './probe/probe.ts';
import { createProbeToken } from './probe/probe-token.ts';
import { keepProbeApart } from './probe/probe-store.ts';
import { openReporters } from './probe/reporters.ts';
import { openReadings } from './open-readings.ts';
import { openRetention } from './retention.ts';
import { addAllRoutes } from './routes/routes.ts';
import { createExports } from './transfers/exports.ts';
import { openImportTable } from './transfers/import-table.ts';
import { showImported } from './transfers/imported-devices.ts';
import { openImports } from './transfers/imports.ts';
import { createTellings } from './transfers/tellings.ts';
import { openUploads } from './transfers/uploads.ts';

export { config } from './config.ts';

/** A running api. `link` is the set-up link with its one-time code while there is no owner, then the url. */
export interface RunningApi extends Running {
  readonly address: { readonly url: string; readonly link: string };
  readonly onTrouble: NonNullable<Running['onTrouble']>;
  /** Judges all that alerts are about now; by itself it does so every few seconds. */
  readonly lookAtAlerts: () => Promise<void>;
}

/** What tests may replace. */
export interface ApiTuning {
  now?: () => number;
  monotonicMs?: () => number;
  limits?: HttpLimits;
  /** Between two heartbeats of a live stream. */
  beatMs?: number;
  backups?: BackupTuning;
  probe?: ProbeTuning;
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

  assertNotHalfRestored(dataDir);
  const db = parts.adopt(
    await orOfferBackup(config, registryName, () => openDatabase(dataDir)),
    (opened) => void opened.close(),
  );
  const home = openHome(db);
  const timeZone = (): string => home.facts().timeZone;
  const metrics = createMetrics();
  const probeStore = keepProbeApart(
    metrics.counted(parts.use(await orOfferBackup(config, readingsName, () => openReadings(config, log)))),
  );
  const { store } = probeStore;
  const retention = await openRetention({ db, store, log });
  const live = createLive(now);
  const devices = metrics.watched(
    parts.use(await openDevices({ db, store, live, now, monotonicMs, timeZone })),
  );
  const gateways = openGateways(db);
  const payloadKeyFile = join(dataDir, 'payload-key');
  const { HEARTH_OTLP_URL: tracesUrl, HEARTH_OTLP_SHARE: share = 1 } = config;
  const tracing =
    tracesUrl === undefined
      ? null
      : parts.use(await openTracing({ url: tracesUrl, share, service: 'hearth-api' }));
  const bridge = parts.use(
    await startBridge({
      ...login,
      db,
      store,
      devices,
      log,
      home: homeId,
      payloadKeyFile,
      gateways,
      tracing,
      now,
    }),
  );
  const homeAssistant = parts.use(
    startHomeAssistant({ mode: config.HEARTH_HOMEASSISTANT, db, login, live, devices, bridge, log, now }),
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
  parts.use(watchCredentials({ bridge, credentials, devices, gateways, store, log }));
  const tellings = createTellings(live, monotonicMs);
  const exports = createExports({ store, tellings, now, timeZone });
  const imports = parts.use(
    await openImports({
      store,
      tellings,
      log,
      now,
      monotonicMs,
      rules: () => retention.rules(),
      table: openImportTable(db),
      uploads: openUploads(join(dataDir, 'imports'), {
        maxBytes: config.HEARTH_IMPORT_MAX_MB * 1e6,
        freeBytes: config.HEARTH_IMPORT_FREE_MB * 1e6,
      }),
      onStored: (report) => showImported(devices, report),
    }),
  );
  const checking = parts.use(openChecking({ ...kitPlace(config), live, log, now }));
  const { onTrouble } = parts.use(createBrokerTrouble(() => bridge.state()));
  const onNewCode = (): void =>
    log.warn(
      { link: address.link },
      'too many wrong set-up codes: this link replaces the one printed before',
    );
  const accounts = await openAccounts({ db, keyFile: payloadKeyFile, now, monotonicMs, onNewCode });
  const backups = parts.use(
    await startBackups(
      { config, store, control: bridge.control, db, home, accounts, now, log },
      tuning.backups,
    ),
  );
  const availability = parts.use(
    openAvailability({
      db,
      log,
      now,
      monotonicMs,
      present: {
        devices: () => devices.list(),
        rooms: () => devices.rooms(),
        legs: () => {
          const { isConnected: broker, since: brokerSince } = bridge.state();
          return { broker, brokerSince, store: store.state().isWritable };
        },
        home: () => home.facts(),
      },
    }),
  );
  // Each of a group would ask all of its devices.
  const periodS = login.share === undefined ? config.HEARTH_ASK_PERIOD_S : 0;
  const watch = parts.use(
    startDeviceWatch({ db, store, devices, bridge, periodS, timeZone, now, monotonicMs, log }),
  );
  const door = openCommandDoor(dataDir);
  const probeToken = createProbeToken();
  const probe = parts.use(
    openProbe(
      {
        db,
        bridge,
        devices,
        login,
        live,
        log,
        home,
        store: probeStore,
        token: probeToken.value,
        now,
        periodS: config.HEARTH_PROBE_PERIOD_S,
        onEnded: (run) => metrics.noteProbe(run),
      },
      tuning.probe,
    ),
  );
  const health = parts.use(watchHealth({ bridge, store, backups, probe, live, now }));
  const reporters = parts.use(openReporters({ db, now, timeZone }));
  const looked = { devices, bridge, backups, store, retention, probe, availability, login, now };
  const present = lookAround({ ...looked, batteries: watch.batteries });
  const { tell: tellHomeAssistant } = homeAssistant;
  const calm = () => ({ timeZone: timeZone(), maintenanceUntil: availability.maintenance.until() });
  const alerts = parts.use(
    startAlerts({ db, keyFile: payloadKeyFile, present, calm, tellHomeAssistant, live, log, now }),
  );
  const { permit, whereabouts, filterFor } = createByRoom({ devices, alerts });
  const { endings } = accounts;
  const streams = createEventStreams({ live, endings, now, filterFor, ...(beatMs && { beatMs }) });
  const access = openAccess({ dataDir, accounts, demo, door, probeToken, reporters, permit });
  metrics.follow({
    lastGoodBackupAt: () => backups.state().lastGoodAt,
    liveClients: () => streams.count,
    isBrokerConnected: () => bridge.state().isConnected,
  });
  const http = parts.use(
    await startHttp({
      ...httpPlace(config),
      dashboardDir: config.HEARTH_DASHBOARD_DIR,
      log,
      limits,
      guard: access.guard,
      noteDeed: createDeeds(accounts, log),
      addRoutes: (addRoute) =>
        addAllRoutes(addRoute, {
          accounts,
          access,
          alerts,
          availability,
          backups,
          bridge,
          checking,
          credentials,
          demo,
          devices,
          watch,
          exports,
          gateways,
          health,
          home,
          imports,
          metrics,
          pairing,
          placeOfBroker,
          probe,
          probeStore,
          now,
          monotonicMs,
          reporters,
          retention,
          store,
          streams,
          whereabouts,
        }),
      beforeClose: () => streams.closeAll(),
      onResponse: (response) => metrics.noteResponse(response),
    }),
  );

  const url = `http://${reachable(config.HEARTH_HTTP_HOST)}:${http.port}`;
  parts.use(door.note(url));
  parts.use(probe.start(url));
  const address = {
    url,
    get link() {
      return accounts.hasOwner() ? url : `${url}/setup#code=${accounts.setupCode()}`;
    },
  };
  const running = parts.move();
  return {
    address,
    onTrouble,
    lookAtAlerts: alerts.look,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
