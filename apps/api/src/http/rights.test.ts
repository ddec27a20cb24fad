import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  rightOf,
  routes,
  scopeOf,
  tokenScopes,
  type TokenScope,
  type Role,
  type Route,
  type RouteName,
} from '@hearth/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../database.ts';
import { setupForm, startTestApi, type TestApi } from './test-api.ts';

/** A home with a kitchen and a bath, each with a heater and an open alert. */
function prepareHome(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-rights-'));
  const db = openDatabase(folder);
  db.exec(`
    INSERT INTO room VALUES ('kitchen', 'Kitchen', 0, 1), ('bath', 'Bath', 0, 2);
    INSERT INTO device (id, name, room, source, role, added_at) VALUES
      ('kitchen-heater', 'Kitchen heater', 'kitchen', 'contract', 'device', 1600000000000),
      ('bath-heater', 'Bath heater', 'bath', 'contract', 'device', 1600000000000),
      ('cellar-heater', 'Cellar heater', NULL, 'contract', 'device', 1600000000000);
    INSERT INTO alert (id, kind, subject, name, device, room, severity, state, title, why, to_do, since, fired_at, is_told)
      SELECT rowid, 'device-offline', id, name, id, NULL, 'warning', 'firing', name, '', '', 1790000000000, 1790000000000, 1
      FROM device`);
  db.close();
  return folder;
}

const standings = {
  owner: { role: 'owner', rooms: null },
  'member of all rooms': { role: 'member', rooms: null },
  'member in the kitchen': { role: 'member', rooms: ['kitchen'] },
  'viewer of all rooms': { role: 'viewer', rooms: null },
  'viewer in the kitchen': { role: 'viewer', rooms: ['kitchen'] },
} as const satisfies Record<string, { role: Role; rooms: readonly string[] | null }>;
type PersonCaller = keyof typeof standings;
const people = Object.keys(standings) as PersonCaller[];

/** Programs, and for whom they act. */
const tokens = {
  'token to read of the owner': { of: 'owner', scopes: ['read'] },
  'token to command of the owner': { of: 'owner', scopes: ['command'] },
  'token for all of the owner': { of: 'owner', scopes: tokenScopes },
  'token for all of a member in the kitchen': { of: 'member in the kitchen', scopes: tokenScopes },
  'token for all of a viewer of all rooms': { of: 'viewer of all rooms', scopes: tokenScopes },
} as const satisfies Record<string, { of: PersonCaller; scopes: readonly TokenScope[] }>;
type TokenCaller = keyof typeof tokens;
type Caller = PersonCaller | TokenCaller;
const callers: Caller[] = [...people, ...(Object.keys(tokens) as TokenCaller[])];
const isToken = (caller: Caller): caller is TokenCaller => Object.hasOwn(tokens, caller);

const password = 'three words of ours';
let api: TestApi;
const folder = prepareHome();
const credentials = {} as Record<Caller, Record<string, string>>;
const alertIds: Record<string, string> = {};

beforeAll(async () => {
  api = await startTestApi({ HEARTH_DATA_DIR: folder });
  await api.setUp({ start: 'device' });
  credentials.owner = { cookie: api.cookie! };
  for (const caller of people.slice(1)) {
    api.cookie = credentials.owner['cookie'];
    const { body } = await api.call('POST', '/api/invitations', { body: standings[caller] });
    api.cookie = undefined;
    await api.call('POST', '/api/invitation/accept', {
      body: { token: body.token, name: caller, password },
    });
    credentials[caller] = { cookie: api.cookie! };
  }
  for (const caller of callers.filter(isToken)) {
    const { of, scopes } = tokens[caller];
    const { body } = await api.call('POST', '/api/account/tokens', {
      body: { name: caller, scopes, days: 1, password: of === 'owner' ? setupForm.password : password },
      headers: credentials[of],
    });
    credentials[caller] = { authorization: `Bearer ${body.secret}` };
  }
  const { body } = await as('owner', 'GET', '/api/alerts');
  for (const { id, deviceId } of body.open) alertIds[deviceId] = String(id);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function as(caller: Caller, method: string, path: string) {
  return api.call(method, path, { headers: credentials[caller] });
}

const rooms = { kitchen: 'kitchen-heater', bath: 'bath-heater', none: 'cellar-heater' } as const;
type Where = keyof typeof rooms;

/** The address of a route for what is in a room; what a route has no room for is called by no such id. */
function addressOf(name: RouteName, where: Where): string {
  const { path, query }: Route = routes[name];
  const kind = rightOf(name)!.rooms;
  const device = rooms[where];
  const id = kind === 'device' ? device : kind === 'alert' ? alertIds[device]! : 'no-such-thing';
  return (
    path.replace(':id', id) + (kind === 'device' && query && !path.includes(':id') ? `?device=${device}` : '')
  );
}

/** What somebody does to themselves comes last. */
const lastRoutes: RouteName[] = ['endOtherSessions', 'signOut'];
const names = (Object.keys(routes) as RouteName[]).filter(
  (name) => routes[name].access === 'session' && !lastRoutes.includes(name),
);
const table = [...names, ...lastRoutes].flatMap((name) =>
  callers.flatMap((caller) => {
    const { role, rooms: seen } = standings[isToken(caller) ? tokens[caller].of : caller];
    const scopes: readonly (TokenScope | null)[] | null = isToken(caller) ? tokens[caller].scopes : null;
    const { roles, rooms: kind } = rightOf(name)!;
    const wheres: Where[] = kind === 'device' || kind === 'alert' ? ['kitchen', 'bath', 'none'] : ['kitchen'];
    return wheres.map((where) => {
      const isForeign = kind !== undefined && seen !== null && where !== 'kitchen';
      const mayCall = roles.includes(role) && (scopes === null || scopes.includes(scopeOf(name)));
      const outcome = !mayCall ? 'refused' : isForeign ? 'not there' : 'let in';
      return { name, caller, where, outcome };
    });
  }),
);

describe('the table of rights', () => {
  it.each(table)('$name by $caller, in $where: $outcome', async ({ name, caller, where, outcome }) => {
    const aborter = new AbortController();
    const response = await fetch(api.url + addressOf(name, where), {
      method: routes[name].method,
      headers: credentials[caller],
      signal: aborter.signal,
    });
    const isProblem = response.headers.get('content-type')?.includes('problem') ?? false;
    const { type } = isProblem ? ((await response.json()) as { type: string }) : { type: null };
    aborter.abort();
    if (outcome === 'refused') expect([response.status, type]).toEqual([403, '/problems/not-allowed']);
    else if (outcome === 'not there') expect([response.status, type]).toEqual([404, '/problems/not-found']);
    else {
      // What is missing of the request, or the broker, is seen only by who was let in.
      expect([401, 403]).not.toContain(response.status);
      if (rightOf(name)!.rooms === 'device' || rightOf(name)!.rooms === 'alert')
        expect(response.status).not.toBe(404);
    }
  });
});

describe('a program’s token', () => {
  const ofScope = (scope: TokenScope | null) => names.filter((name) => scopeOf(name) === scope);
  it('reads what anybody may see, commands what a member may, and administers what an owner may', () => {
    expect(ofScope('read')).toEqual(expect.arrayContaining(['devices', 'series', 'events', 'alerts']));
    expect(ofScope('command').toSorted()).toEqual(['acknowledgeAlert', 'ask', 'muteAlert', 'setSetpoint']);
    expect(ofScope('admin')).toEqual(expect.arrayContaining(['addDevice', 'storage', 'changeAlertRule']));
  });
  it('is never enough for an account, one’s own or another one’s, nor for the key of the backups', () => {
    expect(ofScope(null)).toEqual(
      expect.arrayContaining([
        'changePassword',
        'makeToken',
        'addPasskey',
        'removeAuthenticator',
        'invite',
        'changePerson',
        'showBackupKey',
      ]),
    );
  });
});
