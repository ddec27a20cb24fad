import { Type, type Static } from 'typebox';
import { SecondCode } from './account.ts';
import { AskWay, Command } from './asking.ts';
import { BackupState } from './backups.ts';
import { byQuantity } from './by-quantity.ts';
import { BrokerJournal } from './control.ts';
import { ValueFreshness } from './freshness.ts';
import { DeviceId, HomeId, Instant, Name, RoomId } from './ids.ts';
import { About } from './messages.ts';
import { Password, Role, VisibleRooms } from './people.ts';
import { ProbeFailing, ProbeRun } from './probes.ts';
import { RejectedMessage } from './refused.ts';
import { anyValue, closed, nullable } from './shorthand.ts';

// --- Set-up and session -------------------------------------------------------------------------

export const SetupState = Type.Object({
  isNeeded: Type.Boolean({ description: 'True until an owner exists.' }),
  isDemoRunning: Type.Boolean(),
});
export type SetupState = Static<typeof SetupState>;

/** The one-time code that the start printed: 12 characters of Crockford base 32 (60 bit), hyphens optional. */
export const SetupCode = Type.String({ minLength: 12, maxLength: 20, examples: ['7K2M-9QXT-4HBD'] });
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

export const SignIn = Type.Object(
  { name: Name, password: Type.String({ maxLength: 256 }), code: Type.Optional(SecondCode) },
  closed,
);
export type SignIn = Static<typeof SignIn>;

export const Session = Type.Object({
  user: Type.Object({ name: Name, role: Role, rooms: VisibleRooms }),
  may: Type.Array(Type.String(), { description: 'Names of the routes that this person may call.' }),
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

export const Device = Type.Object({
  id: DeviceId,
  name: Name,
  roomId: nullable(RoomId),
  source: Type.Enum(
    ['contract', 'homeassistant', 'zigbee2mqtt', 'shelly', 'shelly-gen1', 'tasmota', 'rtl_433', 'import'],
    {
      description:
        'Which way it speaks to us; of one that never did, there are only readings that were imported.',
    },
  ),
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
  freshness: Type.Optional(byQuantity(ValueFreshness)),
  command: nullable(Command),
  counts: Type.Object({
    duplicates: Type.Integer(),
    missing: Type.Integer({ description: 'Readings that never came, by gaps in seq, and are given up.' }),
    awaited: Type.Integer({ description: 'Readings that have not come and that it has time to send again.' }),
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

/** What a gateway is: by this its credential reaches the topics of that software and no others. */
export const Speaks = Type.Enum(
  ['rtl_433', 'zigbee2mqtt', 'shelly', 'shelly-gen1', 'tasmota', 'discovery', 'ebusd', 'home-assistant'],
  {
    description:
      'discovery: anything that announces itself as Home Assistant has it (ESPHome, EMS-ESP, BSB-LAN …); home-assistant: itself.',
  },
);
export type Speaks = Static<typeof Speaks>;

/** Where the topics of a gateway begin: its base topic, prefix or name. At most three levels. */
export const BaseTopic = Type.String({
  pattern: '^(?!hearth(/|$)|homeassistant(/|$))[A-Za-z0-9_.-]{1,64}(/[A-Za-z0-9_.-]{1,64}){0,2}$',
  examples: ['zigbee2mqtt'],
});

export const NewDevice = Type.Object(
  {
    id: DeviceId,
    name: Type.Optional(Name),
    roomId: Type.Optional(RoomId),
    role: Type.Optional(
      Type.Enum(['device', 'gateway'], { description: 'A gateway (rtl_433) speaks for other devices.' }),
    ),
    speaks: Type.Optional(Speaks),
    base: Type.Optional(BaseTopic),
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
  backup: Type.Optional(BackupState),
  probe: Type.Optional(
    Type.Object(
      { last: nullable(ProbeRun), failing: ProbeFailing },
      { description: 'The way of a reading leg by leg, as it was gone last, and the leg at which it ends.' },
    ),
  ),
});
export type Health = Static<typeof Health>;
