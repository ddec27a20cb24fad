import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config, startBroker } from '@hearth/broker';
import { controlTopics, type Credential } from '@hearth/contract';
import { createLog, readConfig } from '@hearth/part';
import { start } from '../interop/programs.ts';
import { freePort, listens } from '../ports.ts';
import { acknowledge, connect, publish, subscribe } from './packets.ts';
import { upgrade } from './websocket.ts';
import { createWire, openTcp, openTls, type Carrier, type Wire } from './wire.ts';

/** A broker that the table is driven against. */
export interface Subject {
  /** A connection that has carried nothing yet. */
  open(): Promise<Carrier>;
  readonly webSocketPort: number;
  /** May publish and subscribe to anything, as often as it likes. Its client ids begin with its name. */
  readonly admin: { username: string; password: string };
  /** A topic that begins with `$` and that the admin may hear. */
  readonly dollarTopic: string;
  /** Makes the broker send something on {@link dollarTopic}. */
  provokeDollar(admin: Wire): void;
}

/** The password that goes with each user name of the table. */
export const passwordOf = (username: string): string => `secret of ${username}`;

/** What each user of the table may touch. */
const openTopics = 't/#';

/** Over what our broker is spoken to. */
export const transports = ['tcp', 'tls', 'ws', 'wss'] as const;
export type Transport = (typeof transports)[number];

/** Our broker, in this process, with a gateway's credential for each of these user names. */
export async function startHearth(
  usernames: readonly string[],
): Promise<AsyncDisposable & Record<Transport, Subject>> {
  await using open = new AsyncDisposableStack();
  const dataDir = open.adopt(await mkdtemp(join(tmpdir(), 'hearth-conformance-')), (path) =>
    rm(path, { recursive: true, force: true }),
  );
  const ports = Object.keys(config.properties).filter((name) => name.endsWith('_PORT'));
  const env = { HEARTH_DATA_DIR: dataDir, ...Object.fromEntries(ports.map((name) => [name, '0'])) };
  const broker = open.use(await startBroker(readConfig(config, env), createLog('broker', 'silent')));
  const password = await readFile(join(dataDir, 'broker', 'service-secret'), 'utf8');
  const ca = await readFile(join(dataDir, 'broker', 'certificates', 'ca.crt'));
  const urls = Object.values<unknown>({ ...broker.address }).filter((url) => typeof url === 'string');
  const portOf = (protocol: string): number =>
    Number(new URL(urls.find((url) => url.startsWith(`${protocol}:`))!).port);
  const carriers: Record<Transport, () => Promise<Carrier>> = {
    tcp: () => openTcp(portOf('mqtt')),
    tls: () => openTls(portOf('mqtts'), ca),
    ws: async () => upgrade(await openTcp(portOf('ws'))),
    wss: async () => upgrade(await openTls(portOf('wss'), ca)),
  };
  const over = (transport: Transport): Subject => ({
    open: carriers[transport],
    webSocketPort: portOf('ws'),
    admin: { username: 'hearth-api', password },
    dollarTopic: controlTopics.response,
    provokeDollar: (admin) =>
      admin.send(publish(controlTopics.request, JSON.stringify({ id: randomUUID() }), { qos: 1 })),
  });
  const subjects = { tcp: over('tcp'), tls: over('tls'), ws: over('ws'), wss: over('wss') };
  await addCredentials(subjects.tcp, usernames);
  const parts = open.move();
  return { ...subjects, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

async function addCredentials(subject: Subject, usernames: readonly string[]): Promise<void> {
  const add: Credential[] = usernames.map((id) => ({
    id,
    role: 'gateway',
    home: 'home',
    secretSha256: createHash('sha256').update(passwordOf(id)).digest('hex'),
    topics: [openTopics],
  }));
  using wire = createWire(await subject.open());
  wire.send(connect({ clientId: 'hearth-api-conformance', ...subject.admin }));
  await wire.expect('connack', { code: 0 });
  wire.send(subscribe(1, [[controlTopics.response, 1]]));
  await wire.expect('suback', { codes: [1] });
  const id = randomUUID();
  wire.send(publish(controlTopics.request, JSON.stringify({ id, add }), { qos: 1 }));
  const response = await wire.expect('publish', { payload: JSON.stringify({ id }) });
  wire.send(acknowledge('puback', response.id));
}

/** Debian's Mosquitto, as it is shipped but for who may connect, and where. */
export async function startMosquitto(): Promise<AsyncDisposable & Subject> {
  await using open = new AsyncDisposableStack();
  const folder = open.adopt(await mkdtemp(join(tmpdir(), 'hearth-mosquitto-')), (path) =>
    rm(path, { recursive: true, force: true }),
  );
  const [port, webSocketPort] = [await freePort(), await freePort()];
  const lines = [
    'user root',
    'allow_anonymous true',
    `acl_file ${join(folder, 'acl')}`,
    'sys_interval 1',
    `listener ${port} 127.0.0.1`,
    `listener ${webSocketPort} 127.0.0.1`,
    'protocol websockets',
  ];
  const acl = [`pattern readwrite ${openTopics}`, 'pattern read $SYS/#'];
  await writeFile(join(folder, 'acl'), `${acl.join('\n')}\n`);
  await writeFile(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  const program = open.use(start('/usr/sbin/mosquitto', ['-c', join(folder, 'mosquitto.conf')]));
  await listens(port, program);
  const parts = open.move();
  return {
    open: () => openTcp(port),
    webSocketPort,
    admin: { username: 'hearth-api', password: passwordOf('hearth-api') },
    dollarTopic: '$SYS/broker/uptime',
    provokeDollar: () => {},
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
