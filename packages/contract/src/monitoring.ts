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

/** The three clocks of a device, and how it answers. */
export const DeviceMonitoring = Type.Object({
  connection: Type.Object({
    isOnline: nullable(Type.Boolean(), { description: 'Null where it has no connection of its own.' }),
    since: nullable(Instant),
  }),
  lastMessageAt: nullable(Instant),
  values: byQuantity(ValueFreshness),
  askedEveryMs: nullable(ms, { description: 'Null where Hearth does not ask it by itself.' }),
  asked: Type.Array(AskedDay, { description: 'The newest day first; days without a question are left out.' }),
});
export type DeviceMonitoring = Static<typeof DeviceMonitoring>;
