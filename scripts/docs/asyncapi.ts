import {
  deviceTopic,
  DeviceId,
  HomeId,
  messageKinds,
  messageRules,
  messageSchemas,
  payloadMaxBytes,
  type MessageKind,
} from '@hearth/contract';
import { openSchemaBook, type Json, type JsonObject, type SchemaBook } from './schemas.ts';

/** Valid payloads of each kind, by name. */
export type Examples = Record<MessageKind, Record<string, Json>>;

/** The AsyncAPI 3.0 document of the native device contract, told from the device's side. */
export function asyncapiDocument(version: string, examples: Examples): JsonObject {
  const book = openSchemaBook();
  const perKind = (make: (kind: MessageKind) => JsonObject): JsonObject =>
    Object.fromEntries(messageKinds.map((kind) => [kind, make(kind)]));
  const channels = perKind((kind) => channel(kind));
  const messages = perKind((kind) => message(kind, examples[kind], book));
  return {
    asyncapi: '3.0.0',
    id: 'urn:hearth:device:v1',
    info: {
      title: 'Hearth device contract',
      version,
      description: `What a device and Hearth say to each other over MQTT 3.1.1, contract v1. Payloads are JSON in UTF-8, at most ${payloadMaxBytes} bytes; SI units and °C; numbers, not strings; no other fields. The client id and the user name are the device id.`,
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: { hearth: server() },
    channels,
    operations: perKind((kind) => operation(kind)),
    components: {
      messages,
      schemas: book.named(),
      parameters: {
        home: { description: parameterText(HomeId), examples: ['home'] },
        device: { description: parameterText(DeviceId), examples: ['hall-thermostat'] },
      },
      securitySchemes: {
        credential: {
          type: 'userPassword',
          description: 'The device id and the secret that was shown once.',
        },
      },
    },
  };
}

function server(): JsonObject {
  return {
    host: '{host}:{port}',
    protocol: 'mqtt',
    protocolVersion: '3.1.1',
    variables: {
      host: { description: 'The machine that Hearth runs on.', default: '127.0.0.1' },
      port: { description: 'HEARTH_MQTT_PORT.', default: '1883' },
    },
    security: [{ $ref: '#/components/securitySchemes/credential' }],
    bindings: {
      mqtt: {
        clientId: '{device}',
        cleanSession: true,
        lastWill: {
          topic: deviceTopic('{home}', '{device}', 'status'),
          qos: messageRules.status.qos,
          message: 'status with online false and the boot and conn of this connection',
          retain: messageRules.status.isRetained,
        },
        bindingVersion: '0.2.0',
      },
    },
  };
}

function channel(kind: MessageKind): JsonObject {
  return {
    address: deviceTopic('{home}', '{device}', kind),
    title: kind,
    description: messageRules[kind].summary,
    parameters: {
      home: { $ref: '#/components/parameters/home' },
      device: { $ref: '#/components/parameters/device' },
    },
    messages: { [kind]: { $ref: `#/components/messages/${kind}` } },
  };
}

function operation(kind: MessageKind): JsonObject {
  const { from, qos, isRetained, summary } = messageRules[kind];
  const reply: JsonObject = {
    channel: { $ref: '#/channels/response' },
    messages: [{ $ref: '#/channels/response/messages/response' }],
  };
  return {
    action: from === 'device' ? 'send' : 'receive',
    channel: { $ref: `#/channels/${kind}` },
    summary,
    messages: [{ $ref: `#/channels/${kind}/messages/${kind}` }],
    ...(kind === 'request' && { reply }),
    bindings: { mqtt: { qos, retain: isRetained, bindingVersion: '0.2.0' } },
  };
}

function message(kind: MessageKind, examples: Record<string, Json>, book: SchemaBook): JsonObject {
  return {
    name: kind,
    title: kind,
    summary: messageRules[kind].summary,
    contentType: 'application/json',
    payload: book.refer(messageSchemas[kind]),
    ...((kind === 'request' || kind === 'response') && {
      correlationId: {
        location: '$message.payload#/id',
        description: 'The request that a response answers.',
      },
    }),
    examples: Object.entries(examples).map(([name, payload]) => ({ name, payload })),
  };
}

function parameterText(schema: object): string {
  const { description, pattern } = schema as { description: string; pattern: string };
  return `${description} Pattern: \`${pattern}\``;
}
