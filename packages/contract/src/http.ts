import { Type, type Static, type TSchema } from 'typebox';
import { BrokerJournal } from './control.ts';
import { DeviceId, HomeId, Instant, Name } from './ids.ts';
import { About, Refusal, refusalCodes } from './messages.ts';
import { QuantityName, quantityNames, type Value } from './quantities.ts';
import { RejectedMessage } from './refused.ts';

const closed = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const ms = Type.Integer({ minimum: 0, description: 'Milliseconds.' });
const anyValue = Type.Unsafe<Value>({ type: ['number', 'boolean', 'string', 'null'] });

/** Something of the quantities that a device has: each may be left out, none is unknown. */
export function byQuantity<T extends TSchema>(schema: T, description = 'By quantity.') {
  const properties = Object.fromEntries(quantityNames.map((name) => [name, Type.Optional(schema)]));
  return Type.Unsafe<{ [Q in QuantityName]?: Static<T> }>(
    Type.Object(properties, { ...closed, description }),
  );
}

export const RoomId = Type.String({ pattern: '^[a-z0-9-]{1,40}$', examples: ['living-room'] });

// --- Set-up and session -------------------------------------------------------------------------

export const SetupState = Type.Object({
  isNeeded: Type.Boolean({ description: 'True until an owner exists.' }),
  isDemoRunning: Type.Boolean(),
});
export type SetupState = Static<typeof SetupState>;

/** The one-time code that the start printed: 12 characters of Crockford base 32 (60 bit), hyphens optional. */
export const SetupCode = Type.String({ minLength: 12, maxLength: 20, examples: ['7K2M-9QXT-4HBD'] });
export const Password = Type.String({ minLength: 10, maxLength: 256 });
export const TimeZone = Type.String({ minLength: 1, maxLength: 64, examples: ['Europe/Berlin'] });
export const TemperatureUnit = Type.Enum(['celsius', 'fahrenheit']);

export const Setup = Type.Object(
  {
    code: SetupCode,
    name: Name,
    password: Password,
    home: Name,
    timeZone: TimeZone,
    temperatureUnit: TemperatureUnit,
    start: Type.Enum(['demo', 'device'], { description: 'Keep the simulated home, or begin empty.' }),
  },
  closed,
);
export type Setup = Static<typeof Setup>;

export const SignIn = Type.Object({ name: Name, password: Type.String({ maxLength: 256 }) }, closed);
export type SignIn = Static<typeof SignIn>;

export const Session = Type.Object({
  user: Type.Object({ name: Name, role: Type.Enum(['owner']) }),
  expiresAt: Instant,
});
export type Session = Static<typeof Session>;

// --- Home, rooms, devices -----------------------------------------------------------------------

export const Home = Type.Object({
  id: HomeId,
  name: Name,
  timeZone: TimeZone,
  temperatureUnit: TemperatureUnit,
  isDemoRunning: Type.Boolean(),
});
export type Home = Static<typeof Home>;

/** A room says which device gives each of its figures; the values are the devices'. */
export const Room = Type.Object({
  id: RoomId,
  name: Name,
  temperatureFrom: nullable(DeviceId),
  setpointFrom: nullable(DeviceId),
  heatingFrom: Type.Array(DeviceId, { description: 'Any of these heating means the room is heated.' }),
  deviceIds: Type.Array(DeviceId),
});
export type Room = Static<typeof Room>;

export const NewRoom = Type.Object({ name: Name }, closed);

/** The newest value of one quantity. `at` is when it was measured, `receivedAt` when it reached us. */
export const Latest = Type.Object({
  value: anyValue,
  at: Instant,
  receivedAt: Instant,
  isLate: Type.Boolean({ description: 'Came from the device’s buffer.' }),
  fault: Type.Optional(Type.String({ description: 'Why the value is null.' })),
});
export type Latest = Static<typeof Latest>;

/** How a device is asked for its present value, or why it cannot be. */
export const AskWay = Type.Enum(['contract', 'none']);

/** How long a requested setpoint holds, and how far it has come. Never done before the device says so. */
export const Command = Type.Object({
  id: Type.String(),
  deviceId: DeviceId,
  setpoint: Type.Number({ description: '°C' }),
  state: Type.Enum(['sending', 'waiting', 'accepted', 'confirmed', 'refused', 'unconfirmed'], {
    description:
      'sending: on its way to the broker. waiting: the device has it or will. accepted: the device answered that it took it. confirmed: a reading of the device shows it. refused: the device said no. unconfirmed: no such reading in time; one that comes within 10 min still confirms.',
  }),
  requestedAt: Instant,
  requestedBy: Name,
  settledAt: nullable(Instant),
  refusal: Type.Optional(Refusal),
});
export type Command = Static<typeof Command>;

export const Device = Type.Object({
  id: DeviceId,
  name: Name,
  roomId: nullable(RoomId),
  source: Type.Enum(['contract', 'rtl_433'], { description: 'Which way it speaks to us.' }),
  role: Type.Enum(['device', 'gateway'], {
    description: 'A gateway speaks for other devices and has no readings of its own.',
  }),
  about: nullable(About),
  ask: AskWay,
  isOnline: nullable(
    Type.Boolean({ description: 'null: this device has no connection of its own, or it is not known.' }),
  ),
  onlineSince: nullable(Instant),
  offlineSince: nullable(Instant),
  lastMessageAt: nullable(Instant),
  latest: byQuantity(Latest),
  command: nullable(Command),
  counts: Type.Object({
    duplicates: Type.Integer(),
    missing: Type.Integer({ description: 'Readings that never came, by gaps in seq.' }),
    rejected: Type.Integer(),
  }),
});
export type Device = Static<typeof Device>;

/** That a device's payloads are encrypted, and by which key. */
export const PayloadEncryption = Type.Object({
  keyId: Type.Integer({ minimum: 1, maximum: 255 }),
  since: Instant,
});
export type PayloadEncryption = Static<typeof PayloadEncryption>;

/** What a device needs to encrypt its payloads. The secret is shown once. */
export const PayloadKey = Type.Object({
  id: DeviceId,
  home: HomeId,
  keyId: PayloadEncryption.properties.keyId,
  secret: Type.String({ description: '256 random bits, base64url; both keys are made from it.' }),
});
export type PayloadKey = Static<typeof PayloadKey>;

export const DeviceDetail = Type.Object({
  device: Device,
  encryption: nullable(PayloadEncryption),
  rejected: Type.Array(RejectedMessage, { description: 'Newest first, at most 20.' }),
});
export type DeviceDetail = Static<typeof DeviceDetail>;

export const NewDevice = Type.Object(
  {
    id: DeviceId,
    name: Type.Optional(Name),
    roomId: Type.Optional(RoomId),
    role: Type.Optional(
      Type.Enum(['device', 'gateway'], { description: 'A gateway (rtl_433) speaks for other devices.' }),
    ),
    encrypt: Type.Optional(Type.Boolean({ description: 'Its payloads are encrypted from the first on.' })),
  },
  closed,
);
export type NewDevice = Static<typeof NewDevice>;

/** What a person does at a broker that takes no orders from Hearth; in Mosquitto's words, others have their own. */
export const BrokerSetup = Type.Object({
  passwordCommand: Type.String({ description: 'Adds name and password at Mosquitto.' }),
  aclLines: Type.Array(Type.String(), { description: 'Lines of Mosquitto’s acl_file.' }),
});
export type BrokerSetup = Static<typeof BrokerSetup>;

/** What a device needs to connect. The secret is shown once and stored only as its SHA-256. */
export const DeviceCredential = Type.Object({
  id: DeviceId,
  home: HomeId,
  secret: Type.String({ description: '256 random bits, base64url.' }),
  brokerUrl: Type.String({ examples: ['mqtt://192.168.1.10:1883'] }),
  brokerSetup: Type.Optional(BrokerSetup),
  encryption: Type.Optional(PayloadKey),
});
export type DeviceCredential = Static<typeof DeviceCredential>;

/** The next secret of a device; the former works until this one is used, and no longer than `formerUntil`. */
export const RotatedCredential = Type.Object({ ...DeviceCredential.properties, formerUntil: Instant });
export type RotatedCredential = Static<typeof RotatedCredential>;

export const DevicePatch = Type.Object(
  { name: Type.Optional(Name), roomId: Type.Optional(nullable(RoomId)) },
  { ...closed, minProperties: 1 },
);
export type DevicePatch = Static<typeof DevicePatch>;

/** The demo home asks for its devices' credentials with the token that the api left in the data folder. */
export const Enrolment = Type.Object(
  {
    devices: Type.Array(Type.Object({ id: DeviceId, name: Name, room: Name }, closed), {
      minItems: 1,
      maxItems: 200,
    }),
  },
  closed,
);
export type Enrolment = Static<typeof Enrolment>;
export const Enrolled = Type.Object({ credentials: Type.Array(DeviceCredential) });
export type Enrolled = Static<typeof Enrolled>;

// --- Asking and setting -------------------------------------------------------------------------

export const Ask = Type.Object(
  {
    quantities: Type.Optional(Type.Array(QuantityName, { minItems: 1, maxItems: 16, uniqueItems: true })),
    deadlineMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 30_000, default: 2000 })),
  },
  closed,
);
export type Ask = Static<typeof Ask>;

/** Where the time of an answered request went. The legs add up to the round trip. */
export const Legs = Type.Object({
  toBrokerMs: Type.Number({
    description: 'Server to broker: request sent until the broker acknowledged it.',
  }),
  onDeviceMs: nullable(Type.Number({ description: 'The device’s own time, where it says so (`tookMs`).' })),
  wireMs: Type.Number({ description: 'The rest: broker to device and all the way back.' }),
});
export type Legs = Static<typeof Legs>;

/** The five ends of a request to a device. Never a cached value dressed as an answer. */
export const AskOutcome = Type.Union([
  Type.Object({
    outcome: Type.Literal('answered'),
    values: byQuantity(anyValue),
    faults: Type.Optional(byQuantity(Type.String(), 'Why a value is null, by quantity.')),
    measuredAt: Instant,
    ageMs: ms,
    source: Type.Literal('device'),
    roundTripMs: Type.Number(),
    legs: Legs,
  }),
  Type.Object({ outcome: Type.Literal('timed-out'), deadlineMs: ms }),
  Type.Object({ outcome: Type.Literal('not-connected'), since: nullable(Instant) }),
  Type.Object({
    outcome: Type.Literal('refused'),
    code: Type.Enum([...refusalCodes, 'cannot-be-asked']),
    detail: Type.Optional(Type.String()),
    roundTripMs: nullable(Type.Number()),
  }),
  Type.Object({
    outcome: Type.Literal('malformed'),
    rule: Type.String(),
    path: Type.String(),
    expected: Type.String(),
    got: Type.String(),
    roundTripMs: Type.Number(),
  }),
]);
export type AskOutcome = Static<typeof AskOutcome>;

export const SetSetpoint = Type.Object(
  {
    setpoint: Type.Number({ minimum: 4, maximum: 35, description: '°C; the device’s own limits hold too.' }),
  },
  closed,
);
export type SetSetpoint = Static<typeof SetSetpoint>;

// --- Health -------------------------------------------------------------------------------------

/** Without a session only `status` is told. */
export const Health = Type.Object({
  status: Type.Enum(['ok', 'degraded']),
  now: Instant,
  version: Type.Optional(Type.String()),
  broker: Type.Optional(
    Type.Object({
      isConnected: Type.Boolean(),
      since: nullable(Instant),
      problem: Type.Optional(Type.String()),
      journal: Type.Optional(BrokerJournal),
    }),
  ),
  store: Type.Optional(
    Type.Object({
      isWritable: Type.Boolean(),
      readings: Type.Integer({ description: 'Values stored since the start of this process.' }),
      lastCommitMs: nullable(Type.Number()),
      problem: Type.Optional(Type.String()),
    }),
  ),
});
export type Health = Static<typeof Health>;
