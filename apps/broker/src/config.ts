import { tracingVariables } from '@hearth/part';
import { Type, type Static } from 'typebox';

const port = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 0, maximum: 65_535, description });

/** What the broker reads from the environment. */
export const config = Type.Object({
  HEARTH_DATA_DIR: Type.String({
    default: './data',
    description: 'Folder that holds everything Hearth keeps. Relative paths start where Hearth was started.',
  }),
  HEARTH_MQTT_HOST: Type.String({
    default: '127.0.0.1',
    description:
      'Address of MQTT in clear text, over TCP and WebSocket; 0.0.0.0 lets devices in from the network.',
  }),
  HEARTH_MQTT_PORT: port(1883, 'Port of MQTT over TCP; 0 takes a free one.'),
  HEARTH_MQTT_WS_PORT: port(8083, 'Port of MQTT over WebSocket; 0 takes a free one.'),
  HEARTH_MQTT_CONNECTIONS_MAX: Type.Optional(
    Type.Integer({
      minimum: 100,
      maximum: 100_000,
      description:
        'Connections at once, three quarters of them from one address; default: 2000. Each takes about 60 kB and an open file.',
    }),
  ),
  HEARTH_MQTTS_HOST: Type.String({
    default: '::',
    description: 'Address of MQTT with TLS, over TCP and WebSocket; :: is every address of this machine.',
  }),
  HEARTH_MQTTS_PORT: port(8883, 'Port of MQTT over TLS; 0 takes a free one.'),
  HEARTH_MQTT_WSS_PORT: port(8084, 'Port of MQTT over WebSocket with TLS; 0 takes a free one.'),
  HEARTH_MQTT_MTLS_PORT: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description:
        'Port of MQTT over TLS for devices that have a client certificate; not set, there is none.',
    }),
  ),
  HEARTH_TLS_NAMES: Type.Optional(
    Type.String({
      description: 'More names and addresses for the certificate that Hearth makes, separated by commas.',
    }),
  ),
  HEARTH_TLS_CERT_FILE: Type.Optional(
    Type.String({ description: "Server certificate and its chain (PEM) in place of Hearth's own." }),
  ),
  HEARTH_TLS_KEY_FILE: Type.Optional(
    Type.String({ description: 'Private key (PEM) of the certificate in HEARTH_TLS_CERT_FILE.' }),
  ),
  ...tracingVariables,
  HEARTH_LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'Least severe log line that is written.',
  }),
});
export type BrokerConfig = Static<typeof config>;
