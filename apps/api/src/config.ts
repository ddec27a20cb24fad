import { join, resolve } from 'node:path';
import { Type, type Static } from 'typebox';

/** The dashboard as `npm start` builds it. */
const builtDashboard = join(import.meta.dirname, '../../dashboard/dist');

/** Names and passwords have variables of their own. */
const urlPattern = '^mqtts?://[^/@?#]+/?$';

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
  HEARTH_DEVICE_BROKER_URL: Type.Optional(
    Type.String({
      pattern: urlPattern,
      examples: ['mqtts://192.168.1.10:8883'],
      description: 'What devices are told to connect to, when that is not HEARTH_BROKER_URL.',
    }),
  ),
  HEARTH_STORE_URL: Type.String({
    default: 'sqlite:',
    pattern: '^sqlite:',
    examples: ['sqlite:/srv/hearth/readings.db'],
    description: 'Where readings are kept; `sqlite:` is readings.db in the data folder.',
  }),
  HEARTH_DASHBOARD_DIR: Type.String({
    default: builtDashboard,
    description: 'Folder of the built dashboard; default: apps/dashboard/dist of this copy of Hearth.',
  }),
  HEARTH_DEMO: Type.Enum(['auto', 'on', 'off'], {
    default: 'auto',
    description: 'The simulated home: auto is until the owner removes it.',
  }),
  HEARTH_LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'The least that is logged.',
  }),
});
export type Config = Static<typeof config>;

/** The file of the store: `sqlite:` alone is readings.db in the data folder, else the path that follows. */
export function storePath({ HEARTH_STORE_URL: url, HEARTH_DATA_DIR: dataDir }: Config): string {
  const path = url.slice('sqlite:'.length);
  return path === '' ? join(dataDir, 'readings.db') : resolve(path);
}
