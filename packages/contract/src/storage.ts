import { Type, type Static } from 'typebox';
import { DeviceId, Instant } from './ids.ts';
import { QuantityName } from './quantities.ts';
import { closed, nullable } from './shorthand.ts';

const keptDays = nullable(
  Type.Integer({ minimum: 1, maximum: 36_500, description: 'Days that are kept; null is for ever.' }),
);

/** How long what is kept. A rule for a device outdoes one for a quantity; what no rule speaks of is kept for ever. */
export const RetentionRule = Type.Object(
  {
    device: Type.Optional(DeviceId),
    quantity: Type.Optional(QuantityName),
    readingsDays: Type.Optional(keptDays),
    rollupsDays: Type.Optional(keptDays),
  },
  closed,
);

export const RetentionRules = Type.Array(RetentionRule, {
  maxItems: 200,
  examples: [[{ readingsDays: 730 }, { quantity: 'power', readingsDays: 90, rollupsDays: null }]],
});
export type RetentionRules = Static<typeof RetentionRules>;

const bytes = Type.Integer({ minimum: 0, description: 'Bytes.' });

/** How much room a series takes, and how fast that grows. */
export const SeriesStorage = Type.Object({
  device: DeviceId,
  quantity: QuantityName,
  readings: Type.Integer({ minimum: 0 }),
  bytes,
  readingsBPerYear: bytes,
  rollupsBPerYear: bytes,
});

/** Room for readings: what is used, and what the rules promise at the present rate. */
export const Storage = Type.Object({
  usedB: bytes,
  freeB: nullable(bytes, { description: 'Null where a PostgreSQL keeps the readings: it does not tell.' }),
  perYearB: nullable(bytes, {
    description: 'Growth at the rate of late; null while nothing was sealed yet.',
  }),
  years: nullable(Type.Number({ minimum: 0 }), {
    description:
      'How long the free room lasts under the rules; null where it does for ever, or is not known yet.',
  }),
  settlesAtB: nullable(bytes, {
    description: 'What the readings will take in the end; null where something is kept for ever.',
  }),
  series: Type.Array(SeriesStorage),
  rules: RetentionRules,
  retention: Type.Object({
    lastRunAt: nullable(Instant),
    readings: Type.Integer({ minimum: 0, description: 'Deleted since the start of this process.' }),
    waits: nullable(Type.String({ description: 'Why nothing is deleted at the moment.' })),
  }),
});
export type Storage = Static<typeof Storage>;

/** Of each day (UTC) on which readings were sealed, the hash over all that was sealed until then; the newest first. */
export const Digests = Type.Array(
  Type.Object({ at: Instant, digest: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256.' }) }),
);

/** Which days to look at; the home's days. */
export const DaysQuery = Type.Object({ from: Instant, to: Instant }, closed);

/** What is missing of a device and what came again, on the home's days; days without either are left out. */
export const DeviceDays = Type.Array(
  Type.Object({
    start: Instant,
    missing: Type.Integer({ minimum: 0 }),
    duplicates: Type.Integer({ minimum: 0 }),
  }),
);
