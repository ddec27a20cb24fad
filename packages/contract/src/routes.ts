import { Type, type Static, type TSchema } from 'typebox';
import { accountRoutes } from './account-routes.ts';
import { alertRoutes } from './alert-routes.ts';
import { availabilityRoutes } from './availability-routes.ts';
import { backupRoutes } from './backup-routes.ts';
import { conformanceRoutes } from './conformance-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import * as http from './http.ts';
import { Name } from './ids.ts';
import { Password } from './people.ts';
import { peopleRoutes } from './people-routes.ts';
import { probeRoutes } from './probe-routes.ts';
import type { Route } from './route.ts';
import { SeriesAnswer, SeriesQuery } from './series.ts';
import { closed } from './shorthand.ts';
import { Digests, RetentionRules, Storage } from './storage.ts';
import { transferRoutes } from './transfer-routes.ts';

/** The cookie that carries a person's session. */
export const sessionCookie = 'hearth_session';

/** Every HTTP route, once: server, OpenAPI document and access tests all read this table. */
export const routes = {
  health: {
    method: 'GET',
    path: '/api/health',
    access: 'public',
    summary: 'How the platform is',
    answer: [200, http.Health],
  },
  setupState: {
    method: 'GET',
    path: '/api/setup',
    access: 'public',
    summary: 'Whether set-up is needed',
    answer: [200, http.SetupState],
  },
  checkSetupCode: {
    method: 'POST',
    path: '/api/setup/code',
    access: 'public',
    summary: 'Check the one-time code, and name and password if both are given, before filling in the rest',
    body: Type.Object(
      {
        code: http.SetupCode,
        name: Type.Optional(Name),
        password: Type.Optional(Password),
      },
      closed,
    ),
    answer: [204, null],
    problems: ['wrong-code', 'already-set-up', 'too-many'],
  },
  setUp: {
    method: 'POST',
    path: '/api/setup',
    access: 'public',
    summary: 'Make the owner and the home; signs in',
    body: http.Setup,
    answer: [201, http.Session],
    problems: ['wrong-code', 'already-set-up', 'too-many'],
  },
  session: {
    method: 'GET',
    path: '/api/session',
    access: 'session',
    summary: 'Who is signed in',
    answer: [200, http.Session],
  },
  signIn: {
    method: 'POST',
    path: '/api/session',
    access: 'public',
    summary: 'Sign in; where the account has an authenticator, with its code as well',
    body: http.SignIn,
    answer: [201, http.Session],
    problems: ['wrong-credentials', 'code-needed', 'wrong-second-code', 'too-many'],
  },
  signOut: {
    method: 'DELETE',
    path: '/api/session',
    access: 'session',
    summary: 'Sign out',
    answer: [204, null],
  },
  ...peopleRoutes,
  ...accountRoutes,
  homes: {
    method: 'GET',
    path: '/api/homes',
    access: 'session',
    summary: 'The homes',
    answer: [200, Type.Array(http.Home)],
  },
  rooms: {
    method: 'GET',
    path: '/api/rooms',
    access: 'session',
    summary: 'The rooms',
    answer: [200, Type.Array(http.Room)],
  },
  addRoom: {
    method: 'POST',
    path: '/api/rooms',
    access: 'session',
    summary: 'Add a room',
    body: http.NewRoom,
    answer: [201, http.Room],
    problems: ['already-there'],
  },
  ...deviceRoutes,
  ...conformanceRoutes,
  ...backupRoutes,
  ...alertRoutes,
  ...availabilityRoutes,
  ...probeRoutes,
  series: {
    method: 'GET',
    path: '/api/series',
    access: 'session',
    summary:
      'Points for a chart; days begin at the home’s midnight. As bytes for who accepts application/vnd.hearth.points',
    query: SeriesQuery,
    answer: [200, SeriesAnswer],
    problems: ['not-found'],
  },
  storage: {
    method: 'GET',
    path: '/api/storage',
    access: 'session',
    summary: 'Room for readings: used, free, and how long it lasts',
    answer: [200, Storage],
  },
  digests: {
    method: 'GET',
    path: '/api/storage/digests',
    access: 'session',
    summary: 'Daily digests of the sealed readings: kept elsewhere, they show later that nothing was changed',
    answer: [200, Digests],
  },
  changeRetention: {
    method: 'PUT',
    path: '/api/storage/retention',
    access: 'session',
    summary: 'Choose how long readings and rollups are kept, by device and quantity',
    body: Type.Object({ rules: RetentionRules }, closed),
    answer: [200, Storage],
  },
  ...transferRoutes,
  events: {
    method: 'GET',
    path: '/api/events',
    access: 'session',
    summary: 'The live stream (text/event-stream)',
    answer: [200, null],
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    access: 'metrics',
    summary: 'Figures of api and broker, in Prometheus’ text format',
    answer: [200, null],
  },
  enrol: {
    method: 'POST',
    path: '/api/enrolment',
    access: 'enrolment',
    summary: 'Credentials for the devices of the demo home',
    body: http.Enrolment,
    answer: [201, http.Enrolled],
    problems: ['broker-away', 'already-there', 'broker-by-hand'],
  },
  removeDemo: {
    method: 'DELETE',
    path: '/api/demo',
    access: 'session',
    summary: 'Remove the demo home: its devices, rooms and readings',
    answer: [204, null],
    problems: ['broker-away'],
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
type Part<R, K extends string> = R extends Record<K, infer S extends TSchema> ? Static<S> : undefined;

/** What a handler gets and gives, by route. */
export type RouteBody<N extends RouteName> = Part<(typeof routes)[N], 'body'>;
export type RouteQuery<N extends RouteName> = Part<(typeof routes)[N], 'query'>;
export type RouteParams<N extends RouteName> = Part<(typeof routes)[N], 'params'>;
export type RouteAnswer<N extends RouteName> = (typeof routes)[N]['answer'][1] extends infer S extends TSchema
  ? Static<S>
  : null;
