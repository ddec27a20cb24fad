import { Type } from 'typebox';
import { DeviceId, Instant } from './ids.ts';
import { ProbeRun, Probes, ProbesQuery } from './probes.ts';
import { MadeReporter, NewReporter, Report, Reporter } from './reporters.ts';
import type { Route } from './route.ts';
import { closed } from './shorthand.ts';

/** The way of a reading as our own probe goes it, and the way to a broker as others report it. */
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
  reporters: {
    method: 'GET',
    path: '/api/probes/reporters',
    access: 'session',
    summary: 'Other machines that probe a broker and report to this Hearth',
    answer: [200, Type.Array(Reporter)],
  },
  addReporter: {
    method: 'POST',
    path: '/api/probes/reporters',
    access: 'session',
    summary: 'Let another machine report; its token is shown once',
    body: NewReporter,
    answer: [201, MadeReporter],
    problems: ['already-there', 'out-of-range', 'broker-away'],
  },
  removeReporter: {
    method: 'DELETE',
    path: '/api/probes/reporters/:id',
    access: 'session',
    summary: 'Take its token and its name at the broker away, and forget what it reported',
    params: Type.Object({ id: DeviceId }, closed),
    answer: [204, null],
    problems: ['not-found', 'broker-away'],
  },
  report: {
    method: 'POST',
    path: '/api/probes/reports',
    access: 'reporter',
    summary: 'What hearth-probe measured from another machine: its token opens this and nothing else',
    body: Report,
    answer: [204, null],
    problems: ['too-many'],
  },
} as const satisfies Record<string, Route>;
