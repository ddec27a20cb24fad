import { refusedTopic, type BrokerFace } from '@hearth/contract';
import { makeFolder, openTracing, type Log, type Running } from '@hearth/part';
import { Aedes } from 'aedes';
import { join } from 'node:path';
import { openCertificates } from './certificates/certificates.ts';
import { serverNames } from './certificates/names.ts';
import { ownFiles } from './certificates/own.ts';
import { startRenewal } from './certificates/renewal.ts';
import type { BrokerConfig } from './config.ts';
import { takeControl } from './control/control-topic.ts';
import { createConnections } from './gate/connections.ts';
import { createGate } from './gate/gate.ts';
import { guardHooks } from './gate/hooks.ts';
import { openCredentials } from './identity/credentials.ts';
import { createEnding } from './identity/ending.ts';
import { serviceName } from './identity/identity.ts';
import { startRotation } from './identity/rotation.ts';
import { openServiceSecret } from './identity/service-secret.ts';
import { aedesLimits, connectsPerMinuteMax, queueMax, serviceQueueEnd } from './limits.ts';
import { createFlapping } from './listeners/flapping.ts';
import { openListeners, type Listeners } from './listeners/listeners.ts';
import { createTakeIn } from './listeners/take-in.ts';
import { rememberPacketLengths } from './mends/packet-lengths.ts';
import { rememberMatches } from './mends/topic-matches.ts';
import { createMetrics } from './metrics.ts';
import { noteAddress } from './running.ts';
import { followQueues } from './sessions/catch-up.ts';
import { openSessions } from './sessions/sessions.ts';
import { logConnections } from './telling/connection-log.ts';
import { tellJournal } from './telling/journal-words.ts';
import { publishLeftWills } from './telling/left-wills.ts';
import { followPresence } from './telling/presence.ts';
import { publishOwn } from './telling/publish-own.ts';
import { createRefusals } from './telling/refusals.ts';
import { countMessages, startSys } from './telling/sys.ts';
import { traced } from './telling/traces.ts';

export { config } from './config.ts';
export { readLeft, type Left } from './sessions/recovery.ts';

/** A started broker: `mqttUrl` such as `mqtt://127.0.0.1:1883`. */
export interface RunningBroker extends Running {
  readonly address: Listeners['address'];
}

/**
 * Starts the MQTT broker: nobody without a credential, and everybody on their own topics only.
 * Disposing it closes the listeners, then the clients, then the files.
 * @param options `connectsMax`: connections of one session within a minute, from one address
 * @throws the system's error when the port is taken or the data folder cannot be written.
 */
export async function startBroker(
  config: BrokerConfig,
  log: Log,
  { connectsMax = connectsPerMinuteMax }: { connectsMax?: number } = {},
): Promise<RunningBroker> {
  const folder = join(config.HEARTH_DATA_DIR, 'broker');
  makeFolder(folder);
  await using open = new AsyncDisposableStack();
  const credentials = open.use(openCredentials(folder));
  const serviceSecret = openServiceSecret(folder);
  const certificates = await openCertificates({
    folder: join(folder, 'certificates'),
    now: Date.now,
    names: () => serverNames(config.HEARTH_TLS_NAMES),
    own: ownFiles(config.HEARTH_TLS_CERT_FILE, config.HEARTH_TLS_KEY_FILE),
    log,
  });

  const connections = createConnections();
  const sessions = open.use(
    openSessions(
      { path: join(folder, 'sessions.db') },
      {
        isGranted: (client, filter) => connections.of(client)?.filters.has(filter) ?? false,
        bounds: (clientId) => (clientId.startsWith(serviceName) ? serviceQueueEnd : queueMax),
      },
      log,
    ),
  );
  const metrics = createMetrics();
  const { HEARTH_OTLP_URL: tracesUrl, HEARTH_OTLP_SHARE: share = 1 } = config;
  const tracing =
    tracesUrl === undefined
      ? null
      : open.use(await openTracing({ url: tracesUrl, share, service: 'hearth-broker' }));
  const refusals = open.use(
    metrics.counting(createRefusals((refused) => publishOwn(aedes, refusedTopic, refused, 0, log), log)),
  );
  const ending = open.use(createEnding({ credentials, connections, sessions, log }));
  await ending.endAll();
  const flapping = createFlapping(connectsMax);
  const { nextSecretUsed } = open.use(startRotation(credentials, connections, log));
  const gate = createGate({
    credentials,
    nextSecretUsed,
    serviceSecret,
    connections,
    sessions,
    refusals,
    flapping,
  });
  const messages = countMessages();
  rememberPacketLengths();
  const aedes = new Aedes({
    ...aedesLimits,
    ...guardHooks(traced(metrics.counted(messages.counted(gate)), tracing), log),
    persistence: sessions,
  });
  rememberMatches(aedes);
  await aedes.listen();
  open.defer(() => new Promise<void>((resolve) => aedes.close(resolve)));
  logConnections(aedes, connections, log);
  metrics.follow({ connections, sessions });
  sessions.onCommit((ms) => metrics.noteCommit(ms));
  tellJournal(aedes, sessions.journal, log);
  publishLeftWills(aedes, credentials, sessions);
  followQueues(aedes, connections, sessions);
  followPresence(aedes, connections, sessions, log);
  aedes.on('unsubscribe', (filters, client) => {
    // A session that ends drops its filters too, but keeps those that are stored.
    if (!client.closed) for (const filter of filters) connections.of(client)?.filters.delete(filter);
  });
  const face = (): BrokerFace => ({ listeners: [...listeners.faces], ca: certificates.authority });
  const certify = (id: string, csr: string) => certificates.signRequest(id, csr);
  takeControl(aedes, { credentials, connections, ending, certify, face, metrics: () => metrics.text() }, log);
  open.use(
    startSys(aedes, connections, () => ({
      connections: connections.count,
      ...messages.figures(),
      queued: sessions.queued(),
    })),
  );

  const takeIn = createTakeIn({ aedes, connections, credentials, refusals });
  const listeners = open.use(await openListeners(config, certificates, takeIn, log));
  open.use(startRenewal(certificates, () => listeners.renew()));
  open.use(noteAddress(folder, listeners.address.mqttUrl));
  const parts = open.move();
  return {
    address: listeners.address,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
