import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { routes, type Access, type Route, type RouteName } from '@hearth/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './test-api.ts';

/** Who comes, and which access lets them in. */
const callers = {
  nobody: ['public'],
  person: ['public', 'session', 'metrics'],
  'command line': ['public', 'session', 'metrics'],
  'demo home': ['public', 'enrolment'],
  Prometheus: ['public', 'metrics'],
  'made-up cookie': ['public'],
  'made-up token': ['public'],
} as const satisfies Record<string, readonly Access[]>;
type Caller = keyof typeof callers;

let api: TestApi;
const headers: Record<Caller, Record<string, string>> = {
  nobody: {},
  person: {},
  'command line': {},
  'demo home': {},
  Prometheus: {},
  'made-up cookie': { cookie: `hearth_session=${'A'.repeat(43)}` },
  'made-up token': { authorization: `Bearer ${'A'.repeat(43)}` },
};

beforeAll(async () => {
  api = await startTestApi();
  await api.setUp();
  headers.person = { cookie: api.cookie! };
  api.cookie = undefined;
  const token = readFileSync(join(api.folder, 'data/demo/token'), 'utf8').trim();
  headers['demo home'] = { authorization: `Bearer ${token}` };
  const secret = readFileSync(join(api.folder, 'data/command-secret'), 'utf8').trim();
  headers['command line'] = { authorization: `Bearer ${secret}` };
  const metricsToken = readFileSync(join(api.folder, 'data/metrics-token'), 'utf8').trim();
  headers.Prometheus = { authorization: `Bearer ${metricsToken}` };
});
afterAll(() => api[Symbol.asyncDispose]());

/** Ends a session or changes the home: the last ones, so that the table above them holds. */
const lastRoutes: RouteName[] = ['removeDemo', 'endOtherSessions', 'signOut'];
const names = (Object.keys(routes) as RouteName[]).filter((name) => !lastRoutes.includes(name));
const table = [...names, ...lastRoutes].flatMap((name) =>
  (Object.keys(callers) as Caller[])
    .toSorted((a, b) => Number(a === 'person') - Number(b === 'person'))
    // The command line has no session that would stay: it ends the person's.
    .filter((caller) => name !== 'endOtherSessions' || caller !== 'command line')
    .map((caller) => ({
      name,
      caller,
      isLetIn: (callers[caller] as readonly Access[]).includes(routes[name].access),
    })),
);

describe('the access table', () => {
  it.each(table)('$name called by $caller: let in is $isLetIn', async ({ name, caller, isLetIn }) => {
    const { method, path }: Route = routes[name];
    const aborter = new AbortController();
    const response = await fetch(api.url + path.replace(':id', 'no-such-device'), {
      method,
      headers: headers[caller],
      signal: aborter.signal,
    });
    // The body that is missing is seen only by who was let in.
    if (isLetIn) expect(response.status).not.toBe(401);
    else expect(response.status).toBe(401);
    aborter.abort();
  });
});

it('answers an api address outside the table with a problem, whoever asks', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'DELETE'])
    for (const path of [
      '/api/nothing',
      '/api',
      '/api/devices/a/b/c',
      '/api/../api/nothing',
      '//api/devices',
    ]) {
      const response = await fetch(api.url + path, { method });
      expect([path, response.status, response.headers.get('content-type')]).toEqual([
        path,
        404,
        'application/problem+json; charset=utf-8',
      ]);
    }
});

it.each([
  '/api/devices/',
  '/API/devices',
  '/api/devices;x',
  '/api//devices',
  '/%61pi/devices',
  '/api/devices%2f',
])('lets nobody in by the other spelling %s', async (path) => {
  const response = await fetch(api.url + path);
  expect([401, 404, 400, 403]).toContain(response.status);
});
