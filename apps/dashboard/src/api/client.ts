import type { RouteAnswer, RouteBody, RouteName, RouteParams, RouteQuery, routes } from '@hearth/contract';
import { failureOf, unreachable } from './problem.ts';

type Address<N extends RouteName> = readonly [(typeof routes)[N]['method'], (typeof routes)[N]['path']];

// The contract's table holds schemas and would bring a validator along; the compiler holds these to it.
const addresses = {
  setupState: ['GET', '/api/setup'],
  checkSetupCode: ['POST', '/api/setup/code'],
  setUp: ['POST', '/api/setup'],
  session: ['GET', '/api/session'],
  signIn: ['POST', '/api/session'],
  signOut: ['DELETE', '/api/session'],
  sessions: ['GET', '/api/sessions'],
  endSession: ['DELETE', '/api/sessions/:id'],
  endOtherSessions: ['DELETE', '/api/sessions'],
  changePassword: ['PUT', '/api/session/password'],
  account: ['GET', '/api/account'],
  offerAuthenticator: ['POST', '/api/account/authenticator'],
  confirmAuthenticator: ['PUT', '/api/account/authenticator'],
  removeAuthenticator: ['POST', '/api/account/authenticator/remove'],
  renewRecoveryCodes: ['POST', '/api/account/recovery-codes'],
  passkeys: ['GET', '/api/account/passkeys'],
  offerPasskey: ['POST', '/api/account/passkeys/offer'],
  addPasskey: ['POST', '/api/account/passkeys'],
  removePasskey: ['POST', '/api/account/passkeys/remove'],
  askForPasskey: ['POST', '/api/session/passkey/challenge'],
  signInByPasskey: ['POST', '/api/session/passkey'],
  tokens: ['GET', '/api/account/tokens'],
  makeToken: ['POST', '/api/account/tokens'],
  removeToken: ['DELETE', '/api/account/tokens/:id'],
  audit: ['GET', '/api/audit'],
  people: ['GET', '/api/people'],
  changePerson: ['PUT', '/api/people/:id'],
  removePerson: ['DELETE', '/api/people/:id'],
  invite: ['POST', '/api/invitations'],
  withdrawInvitation: ['DELETE', '/api/invitations/:id'],
  readInvitation: ['POST', '/api/invitation'],
  acceptInvitation: ['POST', '/api/invitation/accept'],
  homes: ['GET', '/api/homes'],
  rooms: ['GET', '/api/rooms'],
  addRoom: ['POST', '/api/rooms'],
  devices: ['GET', '/api/devices'],
  device: ['GET', '/api/devices/:id'],
  addDevice: ['POST', '/api/devices'],
  changeDevice: ['PATCH', '/api/devices/:id'],
  removeDevice: ['DELETE', '/api/devices/:id'],
  changeSecret: ['POST', '/api/devices/:id/secret'],
  encrypt: ['POST', '/api/devices/:id/encryption'],
  stopEncrypting: ['DELETE', '/api/devices/:id/encryption'],
  pairing: ['GET', '/api/pairing'],
  openPairing: ['POST', '/api/pairing'],
  closePairing: ['DELETE', '/api/pairing'],
  ask: ['POST', '/api/devices/:id/ask'],
  setSetpoint: ['PUT', '/api/devices/:id/setpoint'],
  conformance: ['GET', '/api/conformance'],
  startCheck: ['POST', '/api/conformance'],
  stopCheck: ['DELETE', '/api/conformance'],
  answerStep: ['POST', '/api/conformance/step'],
  series: ['GET', '/api/series'],
  deviceMonitoring: ['GET', '/api/devices/:id/monitoring'],
  probes: ['GET', '/api/probes'],
  runProbe: ['POST', '/api/probes/run'],
  reporters: ['GET', '/api/probes/reporters'],
  addReporter: ['POST', '/api/probes/reporters'],
  removeReporter: ['DELETE', '/api/probes/reporters/:id'],
  storage: ['GET', '/api/storage'],
  changeRetention: ['PUT', '/api/storage/retention'],
  backups: ['GET', '/api/backups'],
  makeBackup: ['POST', '/api/backups'],
  showBackupKey: ['POST', '/api/backups/key'],
  exports: ['GET', '/api/exports'],
  cancelExport: ['DELETE', '/api/exports/:id'],
  imports: ['GET', '/api/imports'],
  startImport: ['POST', '/api/imports/:id/start'],
  endImport: ['DELETE', '/api/imports/:id'],
  alerts: ['GET', '/api/alerts'],
  acknowledgeAlert: ['POST', '/api/alerts/:id/acknowledge'],
  muteAlert: ['PUT', '/api/alerts/:id/mute'],
  changeAlertSettings: ['PUT', '/api/alerts/settings'],
  changeAlertRule: ['PATCH', '/api/alerts/rules/:kind'],
  channels: ['GET', '/api/channels'],
  pushKey: ['GET', '/api/channels/push-key'],
  addChannel: ['POST', '/api/channels'],
  changeChannel: ['PUT', '/api/channels/:id'],
  removeChannel: ['DELETE', '/api/channels/:id'],
  testChannel: ['POST', '/api/channels/:id/test'],
  availability: ['GET', '/api/availability'],
  addMaintenance: ['POST', '/api/availability/maintenance'],
  removeMaintenance: ['DELETE', '/api/availability/maintenance/:id'],
  changeObjectives: ['PUT', '/api/availability/objectives'],
  statusLink: ['GET', '/api/status'],
  shareStatus: ['PUT', '/api/status'],
  statusPage: ['GET', '/api/status/:token'],
  health: ['GET', '/api/health'],
  removeDemo: ['DELETE', '/api/demo'],
} as const satisfies { [N in RouteName]?: Address<N> };

/** The routes that the dashboard calls; the stream has its own reader. */
export type Called = keyof typeof addresses;

/** The address of the live stream. */
export const eventsPath: (typeof routes)['events']['path'] = '/api/events';

type Given<K extends string, T> = T extends undefined ? unknown : Record<K, T>;
type Input<N extends Called> = Given<'params', RouteParams<N>> &
  Given<'query', RouteQuery<N>> &
  Given<'body', RouteBody<N>> & { signal?: AbortSignal };

interface AnyInput {
  params?: Record<string, string>;
  query?: Record<string, string | number>;
  body?: unknown;
  signal?: AbortSignal;
}

/** A path with its parameters filled in and its query. */
export function addressOf(path: string, { params = {}, query = {} }: AnyInput): string {
  const filled = path.replace(/:(\w+)/gu, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return search.size > 0 ? `${filled}?${search}` : filled;
}

/**
 * Calls one route of the api; the cookie goes along by itself.
 * @throws RequestFailure with the api's problem, or `unreachable`.
 */
export async function call<N extends Called>(name: N, input: Input<N>): Promise<RouteAnswer<N>> {
  const [method, path] = addresses[name];
  const given = input as AnyInput;
  const response = await fetch(addressOf(path, given), {
    method,
    credentials: 'same-origin',
    headers: given.body === undefined ? {} : { 'content-type': 'application/json' },
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
    ...(given.signal ? { signal: given.signal } : {}),
  }).catch((error: unknown) => {
    if (given.signal?.aborted) throw error;
    throw unreachable(error);
  });
  if (!response.ok) throw await failureOf(response);
  if (response.status === 204) return null as RouteAnswer<N>;
  return (await response.json()) as RouteAnswer<N>;
}
