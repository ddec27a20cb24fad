import { Type, type Static } from 'typebox';
import { Instant } from './ids.ts';
import { probeLegs } from './probe-legs.ts';
import { closed, nullable } from './shorthand.ts';

/**
 * The names that the probe has at the broker: one that publishes a reading as a device does, and one that hears what
 * it says itself. No device may have them, and what they say is nobody's reading.
 */
export const probeIds = { device: 'hearth-probe', echo: 'hearth-probe-echo' } as const;
/** The only topics of the second, one for each QoS. */
export const probeEchoFilter = 'hearth-probe/echo/+';

/** Of a probe that reports from elsewhere, by its name at the broker: its topics are those one level below. */
export const reporterTopic = (id: string): string => `hearth-probe/${id}`;

/** Whether a name at the broker is one of a probe's: ours, or one that reports to us. No device may have it. */
export const isProbeId = (id: string): boolean =>
  id === probeIds.device || id.startsWith(`${probeIds.device}-`);

/** One leg of the way. */
export const ProbeLeg = Type.Enum([...probeLegs]);
export type ProbeLeg = Static<typeof ProbeLeg>;

const LegMs = Type.Object({ leg: ProbeLeg, ms: Type.Number({ minimum: 0, description: 'Milliseconds.' }) });
export type LegMs = Static<typeof LegMs>;

const reason = Type.String({ maxLength: 500, description: 'A sentence for a person.' });

/** One go along the way; `cannot` where there is nobody to probe as, which is no failure. */
export const ProbeRun = Type.Object({
  startedAt: Instant,
  state: Type.Enum(['running', 'whole', 'failed', 'cannot']),
  legs: Type.Array(LegMs, { description: 'Those that were gone, in order.' }),
  failed: Type.Optional(Type.Object({ leg: ProbeLeg, reason })),
  cannot: Type.Optional(reason),
});
export type ProbeRun = Static<typeof ProbeRun>;

/** The leg at which every run has ended since then; null while a reading comes through. */
export const ProbeFailing = nullable(Type.Object({ leg: ProbeLeg, reason, since: Instant }));
export type ProbeFailing = Static<typeof ProbeFailing>;

const percentile = nullable(Type.Number(), { description: 'Milliseconds, within 2 %; null without any.' });

/** How often a leg was gone and how often it failed, and how long it took. */
export const LegFigures = Type.Object({
  leg: ProbeLeg,
  count: Type.Integer({ minimum: 0 }),
  failures: Type.Integer({ minimum: 0 }),
  p50: percentile,
  p95: percentile,
  p99: percentile,
});
export type LegFigures = Static<typeof LegFigures>;

export const ProbesQuery = Type.Object(
  { days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90, default: 7 })) },
  closed,
);

/** The probe as it stands; `legs` are those of all the days together that were asked for. */
export const Probes = Type.Object({
  periodS: Type.Integer({ minimum: 0, description: 'Seconds from one run to the next; 0 is only by hand.' }),
  last: nullable(ProbeRun),
  failing: ProbeFailing,
  legs: Type.Array(LegFigures),
  days: Type.Array(
    Type.Object({
      day: Type.String({ description: 'In the home’s time zone.', examples: ['2026-12-01'] }),
      legs: Type.Array(LegFigures),
    }),
    { description: 'The newest first; those without a run are left out.' },
  ),
});
export type Probes = Static<typeof Probes>;
