import { Type, type Static } from 'typebox';

/** What the broker reads from the environment. */
export const config = Type.Object({
  HEARTH_DATA_DIR: Type.String({
    default: './data',
    description: 'Folder that holds everything Hearth keeps. Relative paths start where Hearth was started.',
  }),
  HEARTH_MQTT_HOST: Type.String({
    default: '127.0.0.1',
    description: 'Address the MQTT broker listens on; 0.0.0.0 lets devices in from the network.',
  }),
  HEARTH_MQTT_PORT: Type.Integer({
    default: 1883,
    minimum: 0,
    maximum: 65_535,
    description: 'Port of MQTT over TCP; 0 takes a free one.',
  }),
  HEARTH_LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'Least severe log line that is written.',
  }),
});
export type BrokerConfig = Static<typeof config>;
