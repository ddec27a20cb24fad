import { Type, type Static } from 'typebox';
import { Instant } from './ids.ts';
import { closed, nullable } from './shorthand.ts';

/** Of what the availability is kept: a device or room by its id, the whole home, or a leg of the platform. */
export const Subject = Type.Union([
  Type.Object({ kind: Type.Enum(['device', 'room']), id: Type.String() }),
  Type.Object({ kind: Type.Literal('home') }),
  Type.Object({ kind: Type.Literal('leg'), id: Type.Enum(['api', 'broker', 'store']) }),
]);
export type Subject = Static<typeof Subject>;

/** `unknown`: while we could not listen, or before it was ever heard; that time counts for nobody. */
export const AvailabilityState = Type.Enum(['up', 'down', 'unknown']);
export type AvailabilityState = Static<typeof AvailabilityState>;

const share = Type.Number({ minimum: 0, maximum: 1 });

/** How much of the time something was available. */
export const Availability = Type.Object({
  subject: Subject,
  state: AvailabilityState,
  share: nullable(share, { description: 'Over all days; null while nothing is known.' }),
  days: Type.Array(nullable(share), {
    description: 'One entry a day of the home, oldest first, today last; null where nothing is known.',
  }),
});
export type Availability = Static<typeof Availability>;

/** Days that are kept and shown. */
export const availabilityDays = 90;

const target = Type.Number({
  minimum: 0.5,
  maximum: 0.9999,
  description: 'The share that is aimed at, over 30 days.',
});

/** What the home shall reach: all of it available, or questions to devices answered in time. */
export const Objectives = Type.Object(
  {
    available: target,
    answered: target,
    answeredWithinMs: Type.Integer({ minimum: 100, maximum: 30_000 }),
  },
  { ...closed, examples: [{ available: 0.995, answered: 0.99, answeredWithinMs: 1000 }] },
);
export type Objectives = Static<typeof Objectives>;

const window = Type.Object({
  ms: Type.Integer(),
  rate: Type.Number({ description: '1 uses up the budget of 30 days in 30 days.' }),
});

/** How fast the error budget goes over two windows; it burns when both rates reach the limit. */
export const Burn = Type.Object({
  long: window,
  short: window,
  limit: Type.Number(),
  isBurning: Type.Boolean(),
});
export type Burn = Static<typeof Burn>;

export const Objective = Type.Object({
  kind: Type.Enum(['available', 'answered']),
  target,
  share: nullable(share, { description: 'Of the last 30 days; null while nothing is known.' }),
  budgetLeft: nullable(Type.Number({ maximum: 1 }), {
    description: 'Share of what may go wrong in 30 days that is left; below 0 when more went wrong.',
  }),
  burns: Type.Array(Burn, { description: 'The fast and the slow pair of windows.' }),
});
export type Objective = Static<typeof Objective>;

/** Time that is announced: what happens in it counts for nobody. */
export const Maintenance = Type.Object({
  id: Type.Integer(),
  from: Instant,
  to: Instant,
  why: Type.String(),
});
export type Maintenance = Static<typeof Maintenance>;

export const NewMaintenance = Type.Object(
  {
    from: Instant,
    to: Instant,
    why: Type.String({ maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' }),
  },
  closed,
);

export const AvailabilityAnswer = Type.Object({
  today: Type.String({ description: 'The last of the days, YYYY-MM-DD.' }),
  subjects: Type.Array(Availability),
  objectives: Objectives,
  reached: Type.Array(Objective),
  maintenance: Type.Array(Maintenance, { description: 'What is to come, goes on or ended of late.' }),
});
export type AvailabilityAnswer = Static<typeof AvailabilityAnswer>;

/** Whether there is a page for who has the link, and whether it says names. */
export const StatusSharing = Type.Object({ isShared: Type.Boolean(), showsNames: Type.Boolean() }, closed);

export const StatusLink = Type.Object({
  isShared: Type.Boolean(),
  showsNames: Type.Boolean(),
  token: nullable(Type.String(), {
    description: 'The page is /status/{token}; null while nothing is shared.',
  }),
});
export type StatusLink = Static<typeof StatusLink>;

export const StatusToken = Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' });

/** What anybody with the link sees: no values, no times of presence but whether things worked. */
export const StatusPage = Type.Object({
  home: nullable(Type.String(), { description: 'Null unless the owner shows names.' }),
  now: Instant,
  state: AvailabilityState,
  share: nullable(share),
  days: Type.Array(nullable(share)),
  today: Type.String(),
  parts: Type.Array(
    Type.Object({
      name: Type.String(),
      state: AvailabilityState,
      share: nullable(share),
      days: Type.Array(nullable(share)),
    }),
  ),
  maintenance: nullable(Type.Object({ from: Instant, to: Instant }), {
    description: 'That goes on now or comes next.',
  }),
});
export type StatusPage = Static<typeof StatusPage>;
