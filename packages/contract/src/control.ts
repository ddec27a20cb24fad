import { Type, type Static } from 'typebox';
import { DeviceId, HomeId } from './ids.ts';

/** How the api tells our broker who may connect. An external broker has its own way. */
export const controlTopics = {
  request: '$CONTROL/hearth/v1/request',
  response: '$CONTROL/hearth/v1/response',
} as const;

const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the secret, hex.' });

/**
 * Who may connect. A device touches only its own topics; a gateway publishes and subscribes only within
 * `topics` (filters), and its client ids are kept apart from everybody else's.
 */
export const Credential = Type.Object(
  {
    id: DeviceId,
    role: Type.Enum(['device', 'gateway']),
    home: HomeId,
    secretSha256: sha256,
    topics: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 8 })),
  },
  { additionalProperties: false },
);
export type Credential = Static<typeof Credential>;

/** `add` puts or replaces credentials; `revoke` removes them and cuts their live sessions. */
export const ControlRequest = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 64 }),
    add: Type.Optional(Type.Array(Credential, { maxItems: 1000 })),
    revoke: Type.Optional(Type.Array(DeviceId, { maxItems: 1000 })),
  },
  { additionalProperties: false },
);
export type ControlRequest = Static<typeof ControlRequest>;

/** Sent after the change is on disk. */
export const ControlResponse = Type.Object(
  { id: Type.String(), error: Type.Optional(Type.String()) },
  { additionalProperties: false },
);
export type ControlResponse = Static<typeof ControlResponse>;

/** Who our broker turned away, published as it happens (at most one a second per client) for the device's page. */
export const refusedTopic = '$CONTROL/hearth/v1/refused';
export const Refused = Type.Object(
  {
    client: Type.String({ maxLength: 64 }),
    at: Type.Integer(),
    rule: Type.String(),
    detail: Type.String({ maxLength: 300 }),
    count: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
);
export type Refused = Static<typeof Refused>;
