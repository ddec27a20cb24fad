import { Type, type Static } from 'typebox';
import { Instant } from './ids.ts';
import { closed } from './shorthand.ts';

/** Who our broker turned away, published as it happens for the device's page: at once, then once a second. */
export const refusedTopic = '$CONTROL/hearth/v1/refused';

/**
 * What came of a message that was not taken: acknowledged all the same; CONNECT refused by its return code; a filter
 * refused by 128 in SUBACK; or the connection closed.
 */
export const consequences = ['acknowledged', 'not-connected', 'not-subscribed', 'closed'] as const;
export const Consequence = Type.Enum([...consequences]);
export type Consequence = Static<typeof Consequence>;

/** The rules of our broker, by the names that its refusals bear; those of payloads are in `parse.ts` and the bridge. */
export const brokerRules = [
  // Of CONNECT.
  'wrong-secret',
  'former-secret',
  'wrong-certificate',
  'user-name',
  'client-id',
  'keepalive',
  'protocol',
  'will',
  'flapping',
  'sessions',
  // Of what is published and subscribed to.
  'foreign-topic',
  'topic-name',
  'size',
  'qos',
  'retain',
  'control',
  'foreign-filter',
  'filter',
  'filters',
  'gone',
  // Of what the broker has room for.
  'busy',
  'inflight',
  'retained-full',
  'storage',
  // Of packets.
  'malformed',
  'slow',
  'internal',
] as const;
export type BrokerRule = (typeof brokerRules)[number];

export const Refused = Type.Object(
  {
    client: Type.String({ maxLength: 64 }),
    at: Type.Integer(),
    rule: Type.String(),
    detail: Type.String({ maxLength: 300, description: 'A sentence that says what is expected.' }),
    got: Type.Optional(Type.String({ maxLength: 300 })),
    topic: Type.Optional(Type.String({ maxLength: 300, description: 'Or filter, where it is about one.' })),
    address: Type.Optional(Type.String({ maxLength: 64 })),
    consequence: Consequence,
    count: Type.Integer({ minimum: 1, description: 'So often since it was last told of.' }),
  },
  closed,
);
export type Refused = Static<typeof Refused>;

/** What was not taken: a message, or a connection. `topic` and `got` are empty where there is nothing to name. */
export const RejectedMessage = Type.Object({
  at: Instant,
  topic: Type.String(),
  rule: Type.String(),
  path: Type.String(),
  expected: Type.String(),
  got: Type.String(),
  consequence: Consequence,
  count: Type.Integer({ minimum: 1, description: 'How often it came; `at` is the newest.' }),
});
export type RejectedMessage = Static<typeof RejectedMessage>;
