import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { StartError, tracingVariables } from '@hearth/part';
import type { StorePlace } from '@hearth/store';
import { Type, type Static } from 'typebox';
import { bareHost } from './broker-place.ts';

/** The dashboard as `npm start` builds it. */
const builtDashboard = join(import.meta.dirname, '../../dashboard/dist');

/** Names and passwords have variables of their own. */
const urlPattern = '^mqtts?://[^/@?#]+/?$';

const keep = (value: number, periods: string) =>
  Type.Integer({
    default: value,
    minimum: 0,
    maximum: 10_000,
    description: `Of how many ${periods} the newest backup is kept, as far as there is room.`,
  });

/** What the api reads from the environment. */
export const config = Type.Object({
  HEARTH_DATA_DIR: Type.String({ default: './data', description: 'Folder of everything that is kept.' }),
  HEARTH_HTTP_HOST: Type.String({
    default: '127.0.0.1',
    description: 'Address to listen on for people; 0.0.0.0 for the whole network.',
  }),
  HEARTH_HTTP_PORT: Type.Integer({
    default: 8080,
    minimum: 0,
    maximum: 65_535,
    description: 'Port for people; 0 takes a free one.',
  }),
  HEARTH_HTTP_PROXIES: Type.Optional(
    Type.String({
      pattern: '^[0-9a-fA-F.:/]+(,[0-9a-fA-F.:/]+)*$',
      examples: ['127.0.0.1,::1'],
      description:
        'Addresses of the reverse proxies whose word on who calls and whether by https is taken; default: nobody’s.',
    }),
  ),
  HEARTH_BROKER_URL: Type.String({
    default: 'mqtt://127.0.0.1:1883',
    pattern: urlPattern,
    examples: ['mqtts://broker.example:8883'],
    description: 'Where the api finds the MQTT broker, mqtt:// or mqtts://.',
  }),
  HEARTH_BROKER_USER: Type.String({
    default: 'hearth-api',
    minLength: 1,
    description: 'User name of the api at the broker.',
  }),
  HEARTH_BROKER_PASSWORD_FILE: Type.Optional(
    Type.String({
      description:
        'File with the password for it; default: the secret that our broker leaves in the data folder.',
    }),
  ),
  HEARTH_BROKER_PASSWORD: Type.Optional(
    Type.String({ description: 'The password itself, in place of the file.' }),
  ),
  HEARTH_BROKER_CA_FILE: Type.Optional(
    Type.String({
      description: 'Certificate (PEM) of the authority of an mqtts:// broker; default: the public ones.',
    }),
  ),
  HEARTH_BROKER_CERT_FILE: Type.Optional(
    Type.String({ description: 'Client certificate (PEM) for a broker that asks for one.' }),
  ),
  HEARTH_BROKER_KEY_FILE: Type.Optional(Type.String({ description: 'The key (PEM) for it.' })),
  HEARTH_BROKER_ACCESS: Type.Enum(['auto', 'hearth', 'mosquitto', 'by-hand'], {
    default: 'auto',
    description:
      'Who lets devices in: our broker, Mosquitto’s dynamic security plugin, or you; auto finds out.',
  }),
  HEARTH_BROKER_SHARE: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9-]{1,40}$',
      examples: ['house-1'],
      description: 'Name of a group of apis that share the readings of an external broker.',
    }),
  ),
  HEARTH_HOMEASSISTANT: Type.Enum(['on', 'off'], {
    default: 'off',
    description:
      'Whether devices are announced to a Home Assistant at the same broker, and take its setpoints.',
  }),
  HEARTH_DEVICE_BROKER_URL: Type.Optional(
    Type.String({
      pattern: urlPattern,
      examples: ['mqtts://192.168.1.10:8883'],
      description: 'What devices are told to connect to, when that is not HEARTH_BROKER_URL.',
    }),
  ),
  HEARTH_KIT_HOST: Type.String({
    default: '::',
    description:
      'Address that the conformance kit listens on while the owner has a device checked; `::` is every one.',
  }),
  HEARTH_KIT_PORT: Type.Integer({
    default: 8886,
    minimum: 0,
    maximum: 65_535,
    description: 'Its port, for MQTT with and without TLS; 0 takes a free one each time.',
  }),
  HEARTH_STORE_URL: Type.String({
    default: 'sqlite:',
    pattern: '^(sqlite:|postgres(ql)?://)',
    examples: ['sqlite:/srv/hearth/readings.db or postgres://user:password@host:5432/database'],
    // It may have a password.
    writeOnly: true,
    description:
      'Where readings are kept; `sqlite:` is readings.db in the data folder, `postgres://…` a PostgreSQL.',
  }),
  HEARTH_STORE_STAMP_MS: Type.Enum([1, 10, 100, 1000], {
    default: 1,
    description:
      'Times of readings are kept to so many milliseconds: 1, 10, 100 or 1000. At 100 they take about half the room.',
  }),
  HEARTH_STORE_COMMIT_MS: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 10_000,
    description:
      'How long a commit waits for others to share it; 1000 spares an SD card, and shows values a second later.',
  }),
  HEARTH_BACKUP_DIR: Type.Optional(
    Type.String({
      examples: ['/mnt/usb/hearth'],
      description: 'Folder for backups, which has to be there; default: backups in the data folder.',
    }),
  ),
  HEARTH_BACKUP_AT: Type.String({
    default: '03:30',
    pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|off)$',
    examples: ['03:30'],
    description: 'Time of day at which a backup is made and proven, in the home’s time zone; or off.',
  }),
  HEARTH_BACKUP_KEEP_DAYS: keep(7, 'days'),
  HEARTH_BACKUP_KEEP_WEEKS: keep(4, 'weeks'),
  HEARTH_BACKUP_KEEP_MONTHS: keep(12, 'months'),
  HEARTH_IMPORT_MAX_MB: Type.Integer({
    default: 20_000,
    minimum: 1,
    description: 'The largest file that is taken for an import, in millions of bytes.',
  }),
  HEARTH_IMPORT_FREE_MB: Type.Integer({
    default: 1000,
    minimum: 0,
    description: 'What an upload leaves free on the disk of the data folder, in millions of bytes.',
  }),
  HEARTH_PROBE_PERIOD_S: Type.Integer({
    default: 30,
    minimum: 0,
    maximum: 86_400,
    description:
      'Every how many seconds the way of a reading is probed, leg by leg; 0 is only when asked to.',
  }),
  HEARTH_ASK_PERIOD_S: Type.Integer({
    default: 300,
    minimum: 0,
    maximum: 86_400,
    description:
      'Every how many seconds each device that can be asked is asked for its values, to see how it answers; 0 is never. Not in a group of apis.',
  }),
  HEARTH_DASHBOARD_DIR: Type.String({
    default: builtDashboard,
    description: 'Folder of the built dashboard; default: apps/dashboard/dist of this copy of Hearth.',
  }),
  HEARTH_DEMO: Type.Enum(['auto', 'on', 'off'], {
    default: 'auto',
    description: 'The simulated home: auto is until the owner removes it.',
  }),
  ...tracingVariables,
  HEARTH_LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'The least that is logged.',
  }),
});
export type Config = Static<typeof config>;

/** Where the store is: `sqlite:` alone is readings.db in the data folder, else the path that follows. */
export function storePlace({ HEARTH_STORE_URL: url, HEARTH_DATA_DIR: dataDir }: Config): StorePlace {
  if (!url.startsWith('sqlite:')) return { url };
  const path = url.slice('sqlite:'.length);
  return { path: path === '' ? join(dataDir, 'readings.db') : resolve(path) };
}

/** Where the conformance kit works and listens, and where devices find it as far as that is set. */
export function kitPlace(settings: Config): {
  folder: string;
  listen: { host: string; port: number };
  host: string | null;
} {
  const { HEARTH_KIT_HOST: host, HEARTH_KIT_PORT: port, HEARTH_DEVICE_BROKER_URL: url } = settings;
  return {
    folder: resolve(settings.HEARTH_DATA_DIR, 'kit'),
    listen: { host, port },
    host: url === undefined ? null : bareHost(new URL(url).hostname),
  };
}

/** Where backups are, and whether that is our own place, which may be made. */
export function backupFolder({ HEARTH_BACKUP_DIR: dir, HEARTH_DATA_DIR: dataDir }: BackupPlaces): {
  target: string;
  isOurs: boolean;
} {
  return dir === undefined
    ? { target: resolve(dataDir, 'backups'), isOurs: true }
    : { target: resolve(dir), isOurs: false };
}
type BackupPlaces = Pick<Config, 'HEARTH_BACKUP_DIR' | 'HEARTH_DATA_DIR'>;

/** Where people are listened to, and through whom. @throws {StartError} */
export function httpPlace(settings: Config): { host: string; port: number; proxies: string[] } {
  const { HEARTH_HTTP_HOST: host, HEARTH_HTTP_PORT: port } = settings;
  return { host, port, proxies: trustedProxies(settings) };
}

/**
 * The proxies that are believed, addresses or networks such as 10.0.0.0/24; none where nothing is set.
 * @throws {StartError} naming what is neither
 */
export function trustedProxies({ HEARTH_HTTP_PROXIES: list }: Pick<Config, 'HEARTH_HTTP_PROXIES'>): string[] {
  return (list?.split(',') ?? []).map((place) => {
    const [address = '', bits = '0', ...more] = place.split('/');
    const bitsMax = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    if (more.length === 0 && /^\d+$/.test(bits) && Number(bits) <= bitsMax) return place;
    throw new StartError(`HEARTH_HTTP_PROXIES has to be addresses such as 127.0.0.1,::1, got "${place}"`);
  });
}

/** The file of the readings; null where they are on a server of their own. */
export function readingsFile(settings: Config): string | null {
  const place = storePlace(settings);
  return 'path' in place ? place.path : null;
}
