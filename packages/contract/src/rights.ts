import { roles, type Role } from './people.ts';
import { routes, type RouteName } from './routes.ts';
import type { TokenScope } from './tokens.ts';

/** Who may call one route, and which room it is about. */
export interface Right {
  roles: readonly Role[];
  /**
   * For whoever is kept to some rooms: `device` and `alert` are those that the request names, and one in a
   * foreign room is not there; with `answer` the handler leaves out of its answer what is foreign.
   */
  rooms?: 'device' | 'alert' | 'answer';
  /** For whoever is signed in, and for no program's token: it would outlive itself by this. */
  isForSessions?: true;
  /** A request that is no GET and still leaves all as it was; it is not written down who made it. */
  changesNothing?: true;
}

/** The routes for people; a route that is not here is refused to everybody, and does not start. */
type PeopleRoute = {
  [N in RouteName]: (typeof routes)[N]['access'] extends 'session' ? N : never;
}[RouteName];

const owner: Right = { roles: ['owner'] };
const everybody: Right = { roles };
/** One's own account, and who else has one. */
const oneself: Right = { roles, isForSessions: true };
const ownerThemselves: Right = { roles: ['owner'], isForSessions: true };
const household = ['owner', 'member'] as const;

/** The one table of route × role × room: the server holds requests to it, tests visit all of it. */
export const rights = {
  session: oneself,
  signOut: oneself,
  sessions: oneself,
  endSession: oneself,
  endOtherSessions: oneself,
  changePassword: oneself,
  account: oneself,
  offerAuthenticator: { ...oneself, changesNothing: true },
  confirmAuthenticator: oneself,
  removeAuthenticator: oneself,
  renewRecoveryCodes: oneself,
  tokens: oneself,
  makeToken: oneself,
  removeToken: oneself,
  passkeys: oneself,
  offerPasskey: { ...oneself, changesNothing: true },
  addPasskey: oneself,
  removePasskey: oneself,
  people: ownerThemselves,
  audit: owner,
  changePerson: ownerThemselves,
  removePerson: ownerThemselves,
  invite: ownerThemselves,
  withdrawInvitation: ownerThemselves,

  homes: everybody,
  rooms: { roles, rooms: 'answer' },
  addRoom: owner,
  removeDemo: owner,

  devices: { roles, rooms: 'answer' },
  device: { roles, rooms: 'device' },
  deviceDays: { roles, rooms: 'device' },
  deviceMonitoring: { roles, rooms: 'device' },
  // Changes nothing: it is how whoever looks learns whether to believe a value.
  ask: { roles, rooms: 'device', changesNothing: true },
  setSetpoint: { roles: household, rooms: 'device' },
  addDevice: owner,
  changeDevice: owner,
  removeDevice: owner,
  changeSecret: owner,
  encrypt: owner,
  stopEncrypting: owner,
  pairing: owner,
  openPairing: owner,
  closePairing: owner,

  series: { roles, rooms: 'device' },
  events: { roles, rooms: 'answer' },
  export: { roles, rooms: 'answer' },
  exports: owner,
  cancelExport: { ...owner, changesNothing: true },
  imports: owner,
  import: owner,
  addImport: owner,
  startImport: owner,
  endImport: owner,

  alerts: { roles, rooms: 'answer' },
  acknowledgeAlert: { roles: household, rooms: 'alert' },
  muteAlert: { roles: household, rooms: 'alert' },
  changeAlertSettings: owner,
  changeAlertRule: owner,
  channels: owner,
  pushKey: owner,
  addChannel: owner,
  changeChannel: owner,
  removeChannel: owner,
  testChannel: owner,

  availability: { roles, rooms: 'answer' },
  changeObjectives: owner,
  addMaintenance: owner,
  removeMaintenance: owner,
  statusLink: owner,
  shareStatus: owner,

  probes: owner,
  runProbe: { ...owner, changesNothing: true },
  reporters: owner,
  addReporter: owner,
  removeReporter: owner,
  storage: owner,
  digests: owner,
  changeRetention: owner,
  backups: owner,
  makeBackup: owner,
  showBackupKey: ownerThemselves,
  conformance: owner,
  startCheck: owner,
  stopCheck: owner,
  answerStep: { ...owner, changesNothing: true },
  checkAuthority: owner,
  checkCertificate: owner,
} as const satisfies Record<PeopleRoute, Right>;

/** The row of a route; undefined where there is none, which lets nobody in. */
export function rightOf(name: RouteName): Right | undefined {
  return (rights as Partial<Record<RouteName, Right>>)[name];
}

/** What somebody with this role may call, for pages to offer no more than that. */
export function allowed(role: Role): RouteName[] {
  return (Object.keys(rights) as PeopleRoute[]).filter((name) => rightOf(name)!.roles.includes(role));
}

/** What a token needs to call a route; null: no token may. */
export function scopeOf(name: RouteName): TokenScope | null {
  const right = rightOf(name);
  if (!right || right.isForSessions) return null;
  if (!right.roles.includes('member')) return 'admin';
  return routes[name].method === 'GET' ? 'read' : 'command';
}

/** How people come in. */
const waysIn = ['setUp', 'signIn', 'signInByPasskey', 'acceptInvitation'] as const;

/** The routes of which it is written down who called them: ways in, and whatever changes something. */
export type AuditedRoute =
  | (typeof waysIn)[number]
  | {
      [N in PeopleRoute]: (typeof routes)[N]['method'] extends 'GET'
        ? never
        : (typeof rights)[N] extends { changesNothing: true }
          ? never
          : N;
    }[PeopleRoute];

/** Whether it is written down who called a route. */
export function isAudited(name: RouteName): name is AuditedRoute {
  const right = rightOf(name);
  if (!right) return (waysIn as readonly RouteName[]).includes(name);
  return routes[name].method !== 'GET' && !right.changesNothing;
}
