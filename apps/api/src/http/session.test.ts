import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setupForm, startTestApi, type TestApi } from './test-api.ts';

const credentials = { name: setupForm.name, password: setupForm.password };

describe('set-up', () => {
  it('begins at the printed link, ends with the owner signed in, and then is closed', async () => {
    await using api = await startTestApi();
    const { url, link } = api.running.address;
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup#code=[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    expect((await api.call('GET', '/api/setup')).body).toEqual({ isNeeded: true, isDemoRunning: true });

    const code = link.split('=')[1];
    expect((await api.call('POST', '/api/setup/code', { body: { code } })).status).toBe(204);
    const made = await api.setUp();
    expect(made.status).toBe(201);
    expect(made.body.user).toEqual({ name: 'Anna', role: 'owner', rooms: null });
    expect((await api.call('GET', '/api/session')).body.user.name).toBe('Anna');
    expect((await api.call('GET', '/api/homes')).body).toEqual([
      {
        id: 'home',
        name: 'Mill Lane 4',
        timeZone: 'Europe/Berlin',
        temperatureUnit: 'celsius',
        isDemoRunning: true,
      },
    ]);

    expect(api.running.address.link).toBe(url);
    expect((await api.call('GET', '/api/setup')).body.isNeeded).toBe(false);
    expect((await api.call('POST', '/api/setup', { body: { ...setupForm, code } })).status).toBe(409);
    expect(api.logged.join('')).not.toContain(code);
  });

  it('refuses a wrong code, then makes the guesser wait', async () => {
    await using api = await startTestApi();
    const guess = () => api.call('POST', '/api/setup/code', { body: { code: '0000-0000-0000' } });
    for (let i = 0; i < 5; i++) expect((await guess()).status).toBe(403);
    const { status, headers, body } = await guess();
    expect([status, headers.get('retry-after'), body.retryAfterS]).toEqual([429, '2', 2]);
    expect((await api.setUp()).status).toBe(429);
  });

  it('replaces the code after ten wrong ones and logs the new link', async () => {
    let monotonicMs = 0;
    await using api = await startTestApi({}, { monotonicMs: () => (monotonicMs += 1_000_000) });
    const before = api.running.address.link;
    for (let i = 0; i < 10; i++)
      expect((await api.call('POST', '/api/setup/code', { body: { code: '0000-0000-0000' } })).status).toBe(
        403,
      );
    const after = api.running.address.link;
    expect(after).not.toBe(before);
    expect(api.logged.join('')).toContain(after);
    expect((await api.setUp()).status).toBe(201);
  });

  it('says with the code whether the account can be used, and makes nothing', async () => {
    await using api = await startTestApi();
    const code = api.running.address.link.split('#code=')[1];
    const check = (password: string, typed = code) =>
      api.call('POST', '/api/setup/code', { body: { code: typed, name: 'Anna', password } });
    const { status, body } = await check('password123');
    expect([status, body.errors]).toEqual([
      400,
      [{ pointer: '#/password', detail: expect.stringMatching(/^This password .* Choose another one\.$/) }],
    ]);
    expect((await check('a warm kitchen at seven')).status).toBe(204);
    expect((await check('password123', '0000-0000-0000')).status).toBe(403);
    expect((await api.call('GET', '/api/setup')).body.isNeeded).toBe(true);
  });

  it('points at a field that cannot be used, and makes nothing', async () => {
    await using api = await startTestApi();
    for (const [field, value] of [
      ['timeZone', 'Mars/Olympus'],
      ['password', 'password123'],
      ['name', '  '],
      ['home', ' '],
    ] as const) {
      const { status, body } = await api.setUp({ [field]: value });
      expect([status, body.errors[0].pointer]).toEqual([400, `#/${field}`]);
    }
    expect((await api.call('GET', '/api/setup')).body.isNeeded).toBe(true);
  });

  it('without the demo takes its token away, whether or not the broker is there', async () => {
    await using api = await startTestApi();
    const token = join(api.folder, 'data/demo/token');
    expect(readFileSync(token, 'utf8')).toMatch(/^[\w-]{43}\n$/);
    expect(statSync(token).mode & 0o777).toBe(0o600);
    expect((await api.setUp({ start: 'device' })).status).toBe(201);
    expect(existsSync(token)).toBe(false);
    expect((await api.call('GET', '/api/homes')).body[0].isDemoRunning).toBe(false);
  });
});

describe('the session cookie', () => {
  it('is HttpOnly, SameSite=Lax, for the whole site, and Secure on https', async () => {
    await using api = await startTestApi();
    await api.setUp();
    const plain = await api.call('POST', '/api/session', { body: credentials });
    expect(plain.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^hearth_session=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax$/),
      // By this the browser is known again, it lets nobody in.
      expect.stringMatching(/^hearth_browser=[\w-]{43}; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    const origin = api.url.replace('http:', 'https:');
    const safe = await api.call('POST', '/api/session', { body: credentials, headers: { origin } });
    expect(safe.headers.get('set-cookie')).toContain('; Secure;');
  });

  it('is another one at each sign-in, and the former is void', async () => {
    await using api = await startTestApi();
    await api.setUp();
    const former = api.cookie!;
    expect((await api.call('POST', '/api/session', { body: credentials })).status).toBe(201);
    expect(api.cookie).not.toBe(former);
    expect((await api.call('GET', '/api/session')).status).toBe(200);
    expect((await api.call('GET', '/api/session', { headers: { cookie: former } })).status).toBe(401);
  });

  it('is void after signing out', async () => {
    await using api = await startTestApi();
    await api.setUp();
    const cookie = api.cookie!;
    const out = await api.call('DELETE', '/api/session');
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      204,
      expect.stringContaining('hearth_session=;'),
    ]);
    expect((await api.call('GET', '/api/session', { headers: { cookie } })).status).toBe(401);
  });
});

describe('signing in', () => {
  it('waits longer after each wrong password, by the clock that never jumps', async () => {
    const clock = { ms: 0 };
    await using api = await startTestApi({}, { monotonicMs: () => clock.ms });
    await api.setUp();
    const guess = (password: string) =>
      api.call('POST', '/api/session', { body: { name: 'Anna', password } });
    for (let i = 0; i < 5; i++)
      expect((await guess('a cold kitchen')).body.type).toBe('/problems/wrong-credentials');
    for (const waitS of [2, 4, 8]) {
      expect((await guess(setupForm.password)).body.retryAfterS).toBe(waitS);
      clock.ms += waitS * 1000;
      expect((await guess('a cold kitchen')).status).toBe(401);
    }
    clock.ms += 16_000;
    expect((await guess(setupForm.password)).status).toBe(201);
  });

  it('that fails is logged with address and name, never with the password', async () => {
    await using api = await startTestApi();
    await api.setUp();
    await api.call('POST', '/api/session', { body: credentials });
    expect(failedSignIns(api)).toEqual([]);
    await api.call('POST', '/api/session', { body: { name: 'Ben', password: 'a cold kitchen' } });
    expect(failedSignIns(api)).toEqual([
      expect.objectContaining({
        level: 40,
        address: '127.0.0.1',
        user: 'Ben',
        why: 'wrong-credentials',
        unloggedBefore: 0,
      }),
    ]);
    for (let i = 0; i < 5; i++)
      await api.call('POST', '/api/session', { body: { name: 'Anna', password: 'a cold kitchen' } });
    expect(failedSignIns(api).at(-1)).toMatchObject({ user: 'Anna', why: 'too-many' });
    expect(api.logged.join('')).not.toContain('a cold kitchen');
  });

  it('that fails over and over does not fill the log, which says how many it left out', async () => {
    const clock = { ms: 0 };
    await using api = await startTestApi({}, { monotonicMs: () => clock.ms });
    await api.setUp();
    const guess = () =>
      api.call('POST', '/api/session', { body: { name: 'Anna', password: 'a cold kitchen' } });
    for (let i = 0; i < 60; i++) await guess();
    expect(failedSignIns(api)).toHaveLength(20);
    clock.ms += 10_000;
    await guess();
    expect(failedSignIns(api)).toHaveLength(21);
    expect(failedSignIns(api).at(-1)).toMatchObject({ unloggedBefore: 40 });
  });
});

/** The lines of the log on sign-ins that failed. */
function failedSignIns(api: TestApi): Record<string, unknown>[] {
  return api.logged
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === 'a sign-in failed');
}

describe('health', () => {
  it('tells strangers the status only, and the signed-in the reasons', async () => {
    await using api = await startTestApi();
    const { body } = await api.call('GET', '/api/health');
    expect(Object.keys(body).sort()).toEqual(['now', 'status']);
    expect(body.status).toBe('degraded');
    await api.setUp();
    const all = (await api.call('GET', '/api/health')).body;
    expect(all.broker.isConnected).toBe(false);
    expect(all.store).toMatchObject({ isWritable: true, readings: 0 });
    expect(all.version).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('rooms', () => {
  it('are added once by name', async () => {
    await using api = await startTestApi();
    await api.setUp();
    const added = await api.call('POST', '/api/rooms', { body: { name: ' Living room ' } });
    expect([added.status, added.body.name]).toEqual([201, 'Living room']);
    const again = await api.call('POST', '/api/rooms', { body: { name: 'living ROOM' } });
    expect(again.body.type).toBe('/problems/already-there');
    expect((await api.call('GET', '/api/rooms')).body).toEqual([added.body]);
  });
});

it('remembers people, home and session over a restart, and frees the port on stopping', async () => {
  await using api = await startTestApi();
  await api.setUp();
  const { port } = new URL(api.url);
  await api.running[Symbol.asyncDispose]();
  await using again = await startTestApi({
    HEARTH_DATA_DIR: join(api.folder, 'data'),
    HEARTH_HTTP_PORT: port,
  });
  again.cookie = api.cookie;
  expect((await again.call('GET', '/api/session')).body.user.name).toBe('Anna');
  expect((await again.call('GET', '/api/homes')).body[0].name).toBe('Mill Lane 4');
});
