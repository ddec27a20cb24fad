import { Type, type Static } from 'typebox';
import { byQuantity } from './by-quantity.ts';
import { DeviceId, Instant, Name } from './ids.ts';
import { Refusal, refusalCodes } from './messages.ts';
import { QuantityName } from './quantities.ts';
import { anyValue, closed, ms, nullable } from './shorthand.ts';

// Asking a device for its present values, and setting its setpoint.

/** How a device is asked for its present value, or that it cannot be. */
export const AskWay = Type.Enum(['contract', 'rpc', 'read', 'none'], {
  description:
    'contract: by a request. rpc: by its maker’s own, whose answer names the question. read: it is told to report, and its next report is the answer. none: it only reports on its own.',
});

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
