import { Type, type Static } from 'typebox';
import { Instant } from './ids.ts';
import type { Route } from './route.ts';
import { closed, nullable } from './shorthand.ts';

/**
 * The names that the probe has at the broker: one that publishes a reading as a device does, and one that hears what
 * it says itself. No device may have them, and what they say is nobody's reading.
 */
export const probeIds = { device: 'hearth-probe', echo: 'hearth-probe-echo' } as const;
/** The only topics of the second, one for each QoS. */
export const probeEchoFilter = 'hearth-probe/echo/+';

/**
 * The legs of the way, in the order in which they are gone. The figure is the QoS: `publish` is until the broker
 * acknowledged, `receive` until the message was back. Then a reading: `bridge` is from publishing until it is handed to
 * the store, `commit` until it is on disk, `receipt` until the device knows, `query` until HTTP has answered with it.
 */
export const probeLegs = [
  'tcp',
  'tls',
  'connect',
  'subscribe-0',
  'receive-0',
  'subscribe-1',
  'publish-1',
  'receive-1',
  'subscribe-2',
  'publish-2',
  'receive-2',
  'bridge',
  'commit',
  'receipt',
  'query',
] as const;
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
  failing: nullable(Type.Object({ leg: ProbeLeg, reason, since: Instant })),
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

/** Routes of the probe. */
export const probeRoutes = {
  probes: {
    method: 'GET',
    path: '/api/probes',
    access: 'session',
    summary: 'The way of a reading, leg by leg: the last run, what fails, and percentiles by day',
    query: ProbesQuery,
    answer: [200, Probes],
  },
  runProbe: {
    method: 'POST',
    path: '/api/probes/run',
    access: 'session',
    summary: 'Go the way of a reading now; answers when it is done, and the stream tells each leg as it is',
    answer: [200, ProbeRun],
  },
  probeReading: {
    method: 'GET',
    path: '/api/probes/reading',
    access: 'probe',
    summary: 'The reading of the probe that was measured then: for the probe itself',
    query: Type.Object({ at: Instant }, closed),
    answer: [200, Type.Object({ at: Instant, value: Type.Number() })],
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;
