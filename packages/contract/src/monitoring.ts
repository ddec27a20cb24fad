import { Type, type Static } from 'typebox';
import { byQuantity } from './by-quantity.ts';
import { ValueFreshness } from './freshness.ts';
import { Instant } from './ids.ts';
import { ms, nullable } from './shorthand.ts';

const count = Type.Integer({ minimum: 0 });
const roundTrip = nullable(
  Type.Number({ minimum: 0, description: 'Milliseconds, within 2 %; null while nothing was answered.' }),
);

/** What became of the questions to a device on one day of the home, by people and by Hearth itself. */
export const AskedDay = Type.Object({
  day: Type.String({ description: 'YYYY-MM-DD' }),
  answered: count,
  timedOut: count,
  refused: count,
  malformed: count,
  p50Ms: roundTrip,
  p95Ms: roundTrip,
  p99Ms: roundTrip,
});
export type AskedDay = Static<typeof AskedDay>;

/** How a device was heard on one day of the home. */
export const HeardDay = Type.Object({
  day: AskedDay.properties.day,
  missing: Type.Integer({ minimum: 0, description: 'Readings that never came, by gaps in their numbers.' }),
  duplicates: Type.Integer({ minimum: 0, description: 'Readings that came again, and are kept once.' }),
  late: Type.Integer({ minimum: 0, description: 'Readings that it had kept and handed in later.' }),
  reordered: Type.Integer({
    minimum: 0,
    description: 'Readings that came behind a newer one of the same boot.',
  }),
  reboots: Type.Integer({ minimum: 0, description: 'New boots that it spoke of.' }),
  reconnects: Type.Integer({
    minimum: 0,
    description:
      'New connections within a boot; those after an absence of the broker or of Hearth are not its own.',
  }),
  clockAheadMs: nullable(
    Type.Number({
      description: 'How far its clock was ahead of Hearth’s: the median. Null where it said no time.',
    }),
  ),
});
export type HeardDay = Static<typeof HeardDay>;

/** How a device’s battery falls, by what it had since it was changed. */
export const BatteryForecast = Type.Object({
  fallPerMonth: Type.Number({ description: 'Points of a percent in 30 days.' }),
  emptyAt: Type.Integer({ description: 'When a tenth will be left, Unix ms; may be past.' }),
});

/** The three clocks of a device, how it answers, and how it is heard. */
export const DeviceMonitoring = Type.Object({
  connection: Type.Object({
    isOnline: nullable(Type.Boolean(), { description: 'Null where it has no connection of its own.' }),
    since: nullable(Instant),
  }),
  lastMessageAt: nullable(Instant),
  values: byQuantity(ValueFreshness),
  askedEveryMs: nullable(ms, { description: 'Null where Hearth does not ask it by itself.' }),
  asked: Type.Array(AskedDay, { description: 'The newest day first; days without a question are left out.' }),
  battery: nullable(BatteryForecast, {
    description: 'Null where it tells of no battery, or that fell too little to say.',
  }),
  heard: Type.Array(HeardDay, {
    description: 'Thirty days, the newest first; days with nothing to tell are left out.',
  }),
});
export type DeviceMonitoring = Static<typeof DeviceMonitoring>;
