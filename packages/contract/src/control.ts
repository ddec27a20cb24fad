import { Type, type Static } from 'typebox';
import { DeviceId, HomeId, Instant } from './ids.ts';
import { closed, nullable } from './shorthand.ts';

/** How the api tells our broker who may connect. An external broker has its own way. */
export const controlTopics = {
  request: '$CONTROL/hearth/v1/request',
  response: '$CONTROL/hearth/v1/response',
} as const;

const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, hex.' });
const most = { maxItems: 1000 } as const;

/** How long a replaced secret still works when the new one is not used: one week, for devices that sleep. */
export const formerSecretMaxMs = 7 * 86_400_000;

/**
 * Who may connect. A device touches only its own topics; a gateway publishes and subscribes only within
 * `topics` (filters), and its client ids are kept apart from everybody else's; an admin hears `$SYS` and
 * nothing else. It proves itself with a secret, with a certificate, or with either.
 */
export const Credential = Type.Object(
  {
    id: DeviceId,
    role: Type.Enum(['device', 'gateway', 'admin']),
    home: HomeId,
    secretSha256: Type.Optional(sha256),
    certificateSha256: Type.Optional(sha256),
    topics: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 8 })),
  },
  closed,
);
export type Credential = Static<typeof Credential>;

/** A request for a certificate (PKCS #10 in PEM), signed by the key that stays in the device. @see RFC 2986 */
export const SigningRequest = Type.String({ minLength: 100, maxLength: 4096 });

/**
 * What to do, all of it or nothing. `add` puts or replaces credentials; `revoke` removes them and cuts their
 * live sessions; `rotate` gives a credential its next secret, while the present one works until the next is
 * used or {@link formerSecretMaxMs} have passed; `certify` signs a certificate for a credential.
 * `list` and `describe` ask who may connect, and where; `metrics` how it goes. `copy` asks for a copy of all
 * credentials beside their file, for a backup: they never go over the wire.
 */
export const ControlRequest = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 64 }),
    add: Type.Optional(Type.Array(Credential, most)),
    revoke: Type.Optional(Type.Array(DeviceId, most)),
    rotate: Type.Optional(Type.Array(Type.Object({ id: DeviceId, secretSha256: sha256 }, closed), most)),
    certify: Type.Optional(
      Type.Array(Type.Object({ id: DeviceId, csr: SigningRequest }, closed), { maxItems: 16 }),
    ),
    list: Type.Optional(Type.Literal(true)),
    describe: Type.Optional(Type.Literal(true)),
    metrics: Type.Optional(Type.Literal(true)),
    copy: Type.Optional(Type.Literal(true)),
  },
  closed,
);
export type ControlRequest = Static<typeof ControlRequest>;

/** A credential as it is listed: what it proves itself with, not the proof. */
export const ListedCredential = Type.Object(
  {
    id: DeviceId,
    role: Credential.properties.role,
    home: HomeId,
    topics: Type.Array(Type.String()),
    hasSecret: Type.Boolean(),
    certificateSha256: nullable(sha256),
    formerSecretUntil: nullable(Instant, {
      description: 'While a new secret waits for its first use: when the former one ends at the latest.',
    }),
    isConnected: Type.Boolean(),
  },
  closed,
);
export type ListedCredential = Static<typeof ListedCredential>;

/** One open door of the broker. `mutual`: TLS that asks for a client certificate. */
export const ListenerFace = Type.Object(
  {
    kind: Type.Enum(['mqtt', 'mqtts', 'ws', 'wss', 'mutual']),
    host: Type.String({ description: 'The address it is bound to.' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  },
  closed,
);
export type ListenerFace = Static<typeof ListenerFace>;

/** Where the broker listens, and the certificate (PEM) of the authority that its own are signed with. */
export const BrokerFace = Type.Object(
  { listeners: Type.Array(ListenerFace), ca: nullable(Type.String()) },
  closed,
);
export type BrokerFace = Static<typeof BrokerFace>;

/** A copy that the broker wrote: a file in its folder, and what it holds. */
export const CredentialsCopy = Type.Object(
  { file: Type.String({ pattern: '^[a-z]+\\.copy$' }), sha256 },
  closed,
);
export type CredentialsCopy = Static<typeof CredentialsCopy>;

/** Sent after the change is on disk, and what it ended is cut. */
export const ControlResponse = Type.Object(
  {
    id: Type.String(),
    error: Type.Optional(Type.String()),
    certificates: Type.Optional(
      Type.Array(Type.Object({ id: DeviceId, certificate: Type.String({ description: 'PEM.' }) }, closed)),
    ),
    credentials: Type.Optional(Type.Array(ListedCredential)),
    broker: Type.Optional(BrokerFace),
    metrics: Type.Optional(Type.String({ description: 'Prometheus’ text format.' })),
    copy: Type.Optional(CredentialsCopy),
  },
  closed,
);
export type ControlResponse = Static<typeof ControlResponse>;

/**
 * Whether our broker's disk takes what it has to keep, retained, so that who comes later hears it too. `words` say
 * what happened, what is kept meanwhile and what to do; empty when all is well.
 */
export const journalTopic = '$CONTROL/hearth/v1/journal';
export const BrokerJournal = Type.Object(
  {
    state: Type.Enum(['ok', 'full', 'failing']),
    since: Instant,
    words: Type.String({ maxLength: 500 }),
  },
  closed,
);
export type BrokerJournal = Static<typeof BrokerJournal>;
