import { Type, type Static, type TSchema } from 'typebox';
import * as http from './http.ts';
import { DeviceId, Name } from './ids.ts';
import { Pair, Paired, Pairing } from './pairing.ts';
import { SeriesAnswer, SeriesQuery } from './series.ts';
import type { ProblemCode } from './problems.ts';

/** The cookie that carries a person's session. */
export const sessionCookie = 'hearth_session';

/** Who may call: anybody, a signed-in person, the demo home with its token, or who has the metrics token. */
export type Access = 'public' | 'session' | 'enrolment' | 'metrics';

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  access: Access;
  summary: string;
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
  /** Status of success and its body; null for no body. */
  answer: readonly [status: 200 | 201 | 202 | 204, body: TSchema | null];
  problems?: readonly ProblemCode[];
}

const device = Type.Object({ id: DeviceId }, { additionalProperties: false });
const list = <T extends TSchema>(schema: T) => Type.Array(schema);

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
        password: Type.Optional(http.Password),
      },
      { additionalProperties: false },
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
    summary: 'Sign in',
    body: http.SignIn,
    answer: [201, http.Session],
    problems: ['wrong-credentials', 'too-many'],
  },
  signOut: {
    method: 'DELETE',
    path: '/api/session',
    access: 'session',
    summary: 'Sign out',
    answer: [204, null],
  },
  homes: {
    method: 'GET',
    path: '/api/homes',
    access: 'session',
    summary: 'The homes',
    answer: [200, list(http.Home)],
  },
  rooms: {
    method: 'GET',
    path: '/api/rooms',
    access: 'session',
    summary: 'The rooms',
    answer: [200, list(http.Room)],
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
  devices: {
    method: 'GET',
    path: '/api/devices',
    access: 'session',
    summary: 'The devices with their newest values',
    answer: [200, list(http.Device)],
  },
  device: {
    method: 'GET',
    path: '/api/devices/:id',
    access: 'session',
    summary: 'One device, with what was rejected of it',
    params: device,
    answer: [200, http.DeviceDetail],
    problems: ['not-found'],
  },
  addDevice: {
    method: 'POST',
    path: '/api/devices',
    access: 'session',
    summary: 'Make a credential for a device or gateway; the secret is shown once',
    body: http.NewDevice,
    answer: [201, http.DeviceCredential],
    problems: ['already-there', 'not-found', 'cannot-encrypt', 'broker-away'],
  },
  changeDevice: {
    method: 'PATCH',
    path: '/api/devices/:id',
    access: 'session',
    summary: 'Rename a device or put it in a room',
    params: device,
    body: http.DevicePatch,
    answer: [200, http.Device],
    problems: ['not-found'],
  },
  removeDevice: {
    method: 'DELETE',
    path: '/api/devices/:id',
    access: 'session',
    summary: 'Revoke a device’s credential and forget the device; its readings stay',
    params: device,
    answer: [204, null],
    problems: ['not-found', 'broker-away'],
  },
  changeSecret: {
    method: 'POST',
    path: '/api/devices/:id/secret',
    access: 'session',
    summary: 'Make the device’s next secret; the former one works until the next is used, a week at most',
    params: device,
    answer: [201, http.RotatedCredential],
    problems: ['not-found', 'broker-away'],
  },
  encrypt: {
    method: 'POST',
    path: '/api/devices/:id/encryption',
    access: 'session',
    summary:
      'Encrypt the device’s payloads with a new secret, shown once; clear ones are refused from now on',
    params: device,
    answer: [201, http.PayloadKey],
    problems: ['not-found', 'cannot-encrypt'],
  },
  stopEncrypting: {
    method: 'DELETE',
    path: '/api/devices/:id/encryption',
    access: 'session',
    summary: 'Take the device’s payloads in clear again',
    params: device,
    answer: [204, null],
    problems: ['not-found'],
  },
  pairing: {
    method: 'GET',
    path: '/api/pairing',
    access: 'session',
    summary: 'Whether a device may pair now, and with which code',
    answer: [200, Pairing],
  },
  openPairing: {
    method: 'POST',
    path: '/api/pairing',
    access: 'session',
    summary: 'Make a pairing code for one device; an earlier one ends',
    answer: [201, Pairing],
  },
  closePairing: {
    method: 'DELETE',
    path: '/api/pairing',
    access: 'session',
    summary: 'End the pairing code',
    answer: [204, null],
  },
  pair: {
    method: 'POST',
    path: '/api/pair',
    access: 'public',
    summary: 'Pair a device with the code that the owner reads out; what it answers is said once',
    body: Pair,
    answer: [201, Paired],
    problems: ['wrong-pairing-code', 'pairing-closed', 'already-there', 'too-many', 'broker-away'],
  },
  ask: {
    method: 'POST',
    path: '/api/devices/:id/ask',
    access: 'session',
    summary: 'Ask the device for its present values, over MQTT',
    params: device,
    body: http.Ask,
    answer: [200, http.AskOutcome],
    problems: ['not-found', 'broker-away'],
  },
  setSetpoint: {
    method: 'PUT',
    path: '/api/devices/:id/setpoint',
    access: 'session',
    summary: 'Request a setpoint; the device’s report is the truth',
    params: device,
    body: http.SetSetpoint,
    answer: [202, http.Command],
    problems: ['not-found', 'device-offline', 'cannot-set', 'out-of-range', 'broker-away'],
  },
  series: {
    method: 'GET',
    path: '/api/series',
    access: 'session',
    summary: 'Points for a chart',
    query: SeriesQuery,
    answer: [200, SeriesAnswer],
    problems: ['not-found'],
  },
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
