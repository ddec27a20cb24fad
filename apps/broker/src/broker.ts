import { controlTopics, refusedTopic } from '@hearth/contract';
import { makeFolder, type Log, type Running } from '@hearth/part';
import { Aedes, type PublishPacket } from 'aedes';
import { join } from 'node:path';
import { endCatchUp } from './catch-up.ts';
import type { BrokerConfig } from './config.ts';
import { createConnections, type Connections } from './connections.ts';
import { control, type ControlParts } from './control.ts';
import { openCredentials } from './credentials.ts';
import { createGate } from './gate.ts';
import { guardHooks } from './hooks.ts';
import { serviceName } from './identity.ts';
import { aedesLimits, queueMax, serviceQueueEnd } from './limits.ts';
import { listenTcp } from './listeners/tcp.ts';
import { createPresence } from './presence.ts';
import { createRefusals } from './refusals.ts';
import { openServiceSecret } from './service-secret.ts';
import { createSessions } from './sessions/memory.ts';

export { config } from './config.ts';

/** A started broker: `mqttUrl` such as `mqtt://127.0.0.1:1883`. */
export interface RunningBroker extends Running {
  readonly address: { readonly mqttUrl: string };
}

/**
 * Starts the MQTT broker: nobody without a credential, and everybody on their own topics only.
 * Disposing it closes the listeners, then the clients, then the files.
 * @throws the system's error when the port is taken or the data folder cannot be written.
 */
export async function startBroker(config: BrokerConfig, log: Log): Promise<RunningBroker> {
  const folder = join(config.HEARTH_DATA_DIR, 'broker');
  makeFolder(folder);
  await using open = new AsyncDisposableStack();
  const credentials = open.use(openCredentials(folder));
  const serviceSecret = openServiceSecret(folder);

  const connections = createConnections();
  const sessions = createSessions({
    isGranted: (client, filter) => connections.of(client)?.filters.has(filter) ?? false,
    queueMax: (clientId) => (clientId.startsWith(serviceName) ? serviceQueueEnd : queueMax),
  });
  const refusals = open.use(createRefusals((refused) => publish(aedes, refusedTopic, refused, 0, log), log));
  const gate = createGate({ credentials, serviceSecret, connections, sessions, refusals });
  const aedes = new Aedes({ ...aedesLimits, ...guardHooks(gate, log), persistence: sessions });
  await aedes.listen();
  open.defer(() => new Promise<void>((resolve) => aedes.close(resolve)));
  watch(aedes, connections, log);
  const presence = createPresence({
    connections,
    sessions,
    publish: (topic, status) => publish(aedes, topic, status, 1, log, true),
  });
  aedes.on('clientReady', (client) => {
    const connection = connections.of(client);
    if (!connection) return;
    endCatchUp(connection, sessions.unsent);
    presence.began(connection);
  });
  aedes.on('clientDisconnect', (client) => {
    const connection = connections.of(client);
    if (connection && !aedes.closed) presence.ended(connection);
  });
  aedes.on('unsubscribe', (filters, client) => {
    // A session that ends drops its filters too, but keeps those that are stored.
    if (!client.closed) for (const filter of filters) connections.of(client)?.filters.delete(filter);
  });
  takeControl(aedes, { credentials, connections, sessions }, log);

  const listener = open.use(
    await listenTcp({
      host: config.HEARTH_MQTT_HOST,
      port: config.HEARTH_MQTT_PORT,
      handle: (socket) => void aedes.handle(socket),
      isKnown: (socket) => connections.of((socket as { client?: object }).client ?? socket) !== undefined,
    }),
  );
  const parts = open.move();
  return {
    address: { mqttUrl: listener.url },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Writes down what happens to connections; an unheard `error` would end the process. */
function watch(aedes: Aedes, connections: Connections, log: Log): void {
  const count = () => connections.count;
  aedes.on('clientReady', (client) => log.debug({ client: client.id, connections: count() }, 'connected'));
  aedes.on('clientDisconnect', (client) =>
    log.debug({ client: client.id, connections: count() }, 'disconnected'),
  );
  aedes.on('clientError', (client, error) => log.debug({ client: client.id, err: error }, 'client failed'));
  aedes.on('connectionError', (_client, error) => log.debug({ err: error }, 'connection failed'));
  (aedes as NodeJS.EventEmitter).on('error', (error) => log.error({ err: error as Error }, 'aedes failed'));
}

/** Answers the api's requests about credentials. */
function takeControl(aedes: Aedes, parts: ControlParts, log: Log): void {
  aedes.subscribe(
    controlTopics.request,
    (packet, done) => {
      done();
      const response = control(packet.payload, parts);
      if (!response) log.warn('a control request that names no id');
      else publish(aedes, controlTopics.response, response, 1, log);
      if (response?.error) log.warn({ error: response.error }, 'a control request was refused');
    },
    () => {},
  );
}

function publish(aedes: Aedes, topic: string, message: object, qos: 0 | 1, log: Log, retain = false): void {
  const packet: PublishPacket = {
    cmd: 'publish',
    topic,
    payload: JSON.stringify(message),
    qos,
    retain,
    dup: false,
  };
  aedes.publish(packet, (error) => {
    if (error) log.error({ err: error, topic }, 'could not publish');
  });
}
