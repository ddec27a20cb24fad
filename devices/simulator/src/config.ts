import { Type, type Static } from 'typebox';

/** What the demo home reads from the environment. */
export const config = Type.Object({
  HEARTH_DATA_DIR: Type.String({
    default: './data',
    description: 'Folder that holds everything Hearth keeps. Relative paths start where Hearth was started.',
  }),
  HEARTH_API_URL: Type.String({
    default: 'http://127.0.0.1:8080',
    pattern: '^https?://',
    examples: ['http://127.0.0.1:8080'],
    description: 'Where the demo home asks for the credentials of its devices.',
  }),
  HEARTH_BROKER_CA_FILE: Type.Optional(
    Type.String({
      description: 'Certificate (PEM) of the authority of an mqtts:// broker; default: the public ones.',
    }),
  ),
  HEARTH_SIM_TOKEN_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Token that lets the demo home enrol; it runs while this file exists. <HEARTH_DATA_DIR>/demo/token if not set.',
    }),
  ),
  HEARTH_SIM_SEED: Type.Integer({
    default: 1,
    minimum: 0,
    maximum: 4_294_967_295,
    description: 'Weather and chance of the demo home: the same seed gives the same home.',
  }),
  HEARTH_SIM_HISTORY_DAYS: Type.Integer({
    default: 7,
    minimum: 0,
    maximum: 60,
    description: 'Days of simulated past that the demo home delivers at its very first start.',
  }),
  HEARTH_SIM_PERIOD_MS: Type.Integer({
    default: 5000,
    minimum: 100,
    maximum: 600_000,
    description: 'Time between two readings of a demo device.',
  }),
  HEARTH_SIM_KEEPALIVE_S: Type.Integer({
    default: 20,
    minimum: 1,
    maximum: 300,
    description: 'MQTT keepalive of a demo device: a dead one counts as offline after 1.5 times this.',
  }),
  HEARTH_LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'Least severe log line that is written.',
  }),
});
export type Config = Static<typeof config>;
