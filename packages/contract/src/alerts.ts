import { Type, type Static } from 'typebox';
import { TimeZone } from './http.ts';
import { DeviceId, Instant, Name, RoomId } from './ids.ts';
import { closed, nullable } from './shorthand.ts';

/** Everything that is watched for, without anybody having written a rule. */
export const alertKinds = [
  'broker-away',
  'network-away',
  'gateway-offline',
  'device-offline',
  'flapping',
  'value-silent',
  'room-cold',
  'room-hot',
  'frost-risk',
  'no-warming',
  'warming-uncalled',
  'window-open',
  'sensor-fault',
  'frozen-sensor',
  'battery-low',
  'clock-wrong',
  'gaps',
  'firmware-broken',
  'probe-failing',
  'disk-filling',
  'backup-red',
  'certificate-ending',
  'budget-burning',
] as const;
export const AlertKind = Type.Enum([...alertKinds]);
export type AlertKind = Static<typeof AlertKind>;

/** An urgent one is told in quiet hours too. */
export const Severity = Type.Enum(['urgent', 'warning', 'note']);
export type Severity = Static<typeof Severity>;

/** One time that something was wrong with one thing, from firing to resolved. */
export const Alert = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  kind: AlertKind,
  subject: Type.String({ description: 'What it is about: a device, a room, or a part of the platform.' }),
  name: Type.String({ description: 'The same as people call it.' }),
  deviceId: nullable(DeviceId),
  roomId: nullable(RoomId),
  severity: Severity,
  state: Type.Enum(['firing', 'acknowledged', 'resolved']),
  title: Type.String(),
  why: Type.String({ description: 'With the numbers.' }),
  toDo: Type.String(),
  since: Instant,
  firedAt: Instant,
  acknowledgedAt: nullable(Instant),
  acknowledgedBy: nullable(Type.String()),
  mutedUntil: nullable(Instant),
  escalatedAt: nullable(Instant),
  resolvedAt: nullable(Instant),
});
export type Alert = Static<typeof Alert>;

const minutes = Type.Integer({ minimum: 0, maximum: 10_080, description: 'Minutes.' });

/** How one kind is watched for. */
export const AlertRule = Type.Object({
  kind: AlertKind,
  severity: Severity,
  words: Type.String({ description: 'What is watched for.' }),
  isOn: Type.Boolean(),
  threshold: nullable(Type.Number({ description: 'In `unit`; null: it has none.' })),
  unit: nullable(Type.String()),
  holdMin: Type.Integer({ ...minutes, description: 'Minutes for which it has to hold before it fires.' }),
});
export type AlertRule = Static<typeof AlertRule>;

export const AlertRulePatch = Type.Object(
  {
    isOn: Type.Optional(Type.Boolean()),
    threshold: Type.Optional(Type.Number({ minimum: -50, maximum: 10_080 })),
    holdMin: Type.Optional(minutes),
  },
  { ...closed, minProperties: 1 },
);
export type AlertRulePatch = Static<typeof AlertRulePatch>;

const timeOfDay = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', examples: ['22:00'] });

/** When nobody is to be woken, on the home’s clock, and when somebody else is told. */
export const AlertSettings = Type.Object(
  {
    quiet: nullable(Type.Object({ from: timeOfDay, to: timeOfDay }, closed), {
      description: 'What is not urgent waits until these hours end; null: there are none.',
    }),
    escalateMin: nullable(Type.Integer({ minimum: 1, maximum: 10_080 }), {
      description: 'Minutes after which an alert that nobody acknowledged is told again, to every channel.',
    }),
  },
  closed,
);
export type AlertSettings = Static<typeof AlertSettings>;

export const AlertsAnswer = Type.Object({
  open: Type.Array(Alert, { description: 'Urgent ones first, then by time.' }),
  pending: Type.Array(
    Type.Object({ kind: AlertKind, name: Type.String(), why: Type.String(), since: Instant }),
    {
      description: 'What holds, but not for long enough yet.',
    },
  ),
  history: Type.Array(Alert, { description: 'Newest first, at most 100.' }),
  rules: Type.Array(AlertRule),
  settings: AlertSettings,
  timeZone: TimeZone,
});
export type AlertsAnswer = Static<typeof AlertsAnswer>;

/** Until when it is not told; null: it is told again. */
export const Mute = Type.Object({ until: nullable(Instant) }, closed);

const url = Type.String({ pattern: '^https?://', maxLength: 500 });
const secret = Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'Never told again.' }));

/** Where alerts are sent, by kind of channel. A secret that is left out of a change stays as it was. */
export const ChannelPlace = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('email'),
      host: Type.String({ minLength: 1, maxLength: 253 }),
      port: Type.Integer({ minimum: 1, maximum: 65_535 }),
      security: Type.Enum(['tls', 'starttls', 'none']),
      user: Type.Optional(Type.String({ maxLength: 254 })),
      from: Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: 254 }),
      to: Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: 254 }),
      secret,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('ntfy'),
      url,
      topic: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
      secret,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('telegram'),
      url,
      chatId: Type.String({ pattern: '^(-?\\d{1,20}|@\\w{1,64})$' }),
      secret,
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('webhook'), url, secret }, closed),
  Type.Object({ kind: Type.Literal('alertmanager'), url, secret }, closed),
  Type.Object(
    {
      kind: Type.Literal('push'),
      url: Type.String({
        pattern: '^https://',
        maxLength: 1000,
        description: 'Where its browser is reached.',
      }),
      p256dh: Type.String({ pattern: '^[A-Za-z0-9_-]{87}$', description: 'Public key of the subscription.' }),
      secret: Type.Optional(
        Type.String({ pattern: '^[A-Za-z0-9_-]{22}$', description: '`auth` of the subscription.' }),
      ),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('homeassistant') }, closed),
]);
export type ChannelPlace = Static<typeof ChannelPlace>;

const reach = Type.Enum(['all', 'urgent', 'escalated'], {
  description: 'Every alert, urgent ones, or only those that nobody acknowledged in time.',
});

export const NewChannel = Type.Object({ name: Name, reach, place: ChannelPlace }, closed);
export type NewChannel = Static<typeof NewChannel>;

/** A channel without its secret, and how sending went. */
export const Channel = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  name: Name,
  reach,
  place: ChannelPlace,
  hasSecret: Type.Boolean(),
  goneAt: nullable(Instant, {
    description:
      'Since when a browser takes no notifications any more, and is sent none; null: it takes them.',
  }),
  waiting: Type.Integer({ description: 'Notifications that are not sent yet.' }),
  failed: Type.Integer({ description: 'Those that were given up.' }),
  last: nullable(Type.Object({ at: Instant, isSent: Type.Boolean(), problem: nullable(Type.String()) }), {
    description: 'How the last sending went, tests included.',
  }),
});
export type Channel = Static<typeof Channel>;

/** `secret` is there once, when Hearth made one: a webhook's, by which its receiver knows us. */
export const MadeChannel = Type.Object({ channel: Channel, secret: Type.Optional(Type.String()) });
export type MadeChannel = Static<typeof MadeChannel>;

/** What browsers subscribe to notifications with, for a channel of kind `push`. */
export const PushKey = Type.Object({
  publicKey: Type.String({ description: 'The VAPID key, as base64url.' }),
});
export type PushKey = Static<typeof PushKey>;

/** An alert fired, changed or was resolved: fetch them again. */
export const AlertEvent = Type.Object({ open: Type.Integer({ minimum: 0 }) });
