import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './test-api.ts';

const password = 'three words of ours';
const hourMs = 3_600_000;

/** Invites as the one who is signed in. */
async function invite(api: TestApi, standing: object = { role: 'viewer', rooms: null }): Promise<string> {
  const { status, body } = await api.call('POST', '/api/invitations', { body: standing });
  expect(status).toBe(201);
  return body.token;
}
/** Accepts in a browser of its own; the caller's cookie stays. */
async function accept(api: TestApi, token: string, name = 'Bert') {
  const mine = api.cookie;
  api.cookie = undefined;
  const answer = await api.call('POST', '/api/invitation/accept', { body: { token, name, password } });
  const cookie = api.cookie;
  api.cookie = mine;
  return { ...answer, cookie: cookie! };
}
const idOf = async (api: TestApi, name: string): Promise<number> => {
  const { body } = await api.call('GET', '/api/people');
  return body.people.find((person: { name: string }) => person.name === name).id;
};

describe('people', () => {
  it('come in by a link that holds once, and see the rooms that they were given', async () => {
    await using api = await startTestApi();
    await api.setUp({ start: 'device' });
    for (const name of ['Kitchen', 'Bath']) await api.call('POST', '/api/rooms', { body: { name } });
    const token = await invite(api, { role: 'viewer', rooms: ['kitchen'] });
    expect((await api.call('POST', '/api/invitation', { body: { token } })).body).toEqual({
      home: 'Mill Lane 4',
      madeBy: 'Anna',
      role: 'viewer',
    });
    const taken = await accept(api, token, 'anna');
    expect([taken.status, taken.body.errors[0].pointer]).toEqual([400, '#/name']);
    const { status, body, cookie } = await accept(api, token);
    expect([status, body.user]).toEqual([201, { name: 'Bert', role: 'viewer', rooms: ['kitchen'] }]);
    expect(body.may).toContain('ask');
    expect(body.may).not.toContain('setSetpoint');
    expect((await accept(api, token, 'Carla')).status).toBe(404);
    const rooms = await api.call('GET', '/api/rooms', { headers: { cookie } });
    expect(rooms.body.map(({ id }: { id: string }) => id)).toEqual(['kitchen']);
    // Neither the file nor the log has what lets somebody in.
    expect(readFileSync(join(api.folder, 'data/hearth.db')).includes(token)).toBe(false);
    expect(api.logged.join('')).not.toContain(token);
  });

  it('cannot use a link that was withdrawn, has run out or is guessed', async () => {
    const clock = { ms: Date.UTC(2026, 10, 22) };
    await using api = await startTestApi({}, { now: () => clock.ms });
    await api.setUp();
    const withdrawn = await invite(api);
    const [open] = (await api.call('GET', '/api/people')).body.invitations;
    expect((await api.call('DELETE', `/api/invitations/${open.id}`)).status).toBe(204);
    expect((await accept(api, withdrawn)).status).toBe(404);
    const old = await invite(api);
    clock.ms += 48 * hourMs;
    expect((await accept(api, old)).status).toBe(404);
    for (let i = 0; i < 3; i++) await accept(api, 'A'.repeat(22));
    expect((await accept(api, 'A'.repeat(22))).status).toBe(429);
  });

  it('are signed out at once when they are removed, and when their rights change', async () => {
    await using api = await startTestApi();
    await api.setUp();
    const { cookie } = await accept(api, await invite(api));
    const me = (): Promise<number> =>
      api.call('GET', '/api/session', { headers: { cookie } }).then(({ status }) => status);
    const stream = await fetch(`${api.url}/api/events`, { headers: { cookie } });
    expect(await me()).toBe(200);
    const id = await idOf(api, 'Bert');
    const changed = await api.call('PUT', `/api/people/${id}`, { body: { role: 'member', rooms: null } });
    expect(changed.body).toMatchObject({ name: 'Bert', role: 'member' });
    await stream.text(); // ends
    expect(await me()).toBe(401);
    const again = await api.call('POST', '/api/session', {
      body: { name: 'Bert', password },
      headers: { cookie: '' },
    });
    const bert = again.headers.getSetCookie()[0]!.split(';')[0]!;
    expect(again.body.user.role).toBe('member');
    api.cookie = (
      await api.call('POST', '/api/session', {
        body: { name: 'Anna', password: 'a warm kitchen at seven' },
        headers: { cookie: '' },
      })
    ).headers
      .getSetCookie()[0]!
      .split(';')[0]!;
    expect((await api.call('DELETE', `/api/people/${id}`)).status).toBe(204);
    expect((await api.call('GET', '/api/session', { headers: { cookie: bert } })).status).toBe(401);
  });

  it('always have an owner among them', async () => {
    await using api = await startTestApi();
    await api.setUp();
    const id = await idOf(api, 'Anna');
    const viewer = { role: 'viewer', rooms: null };
    for (const [method, body] of [
      ['PUT', viewer],
      ['DELETE', undefined],
    ] as const) {
      const { status, body: problem } = await api.call(method, `/api/people/${id}`, { body });
      expect([status, problem.type]).toEqual([409, '/problems/last-owner']);
    }
    await accept(api, await invite(api, { role: 'owner', rooms: null }));
    expect((await api.call('PUT', `/api/people/${id}`, { body: viewer })).status).toBe(200);
  });
});

describe('one’s own account', () => {
  it('lists where one is signed in, and signs out there, one by one and all others', async () => {
    await using api = await startTestApi();
    await api.setUp();
    const body = { name: 'Anna', password: 'a warm kitchen at seven' };
    const signIn = async (agent: string): Promise<void> => {
      await fetch(`${api.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': agent },
        body: JSON.stringify(body),
      });
    };
    await signIn('Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/150.0');
    await signIn('Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) Version/20.0 Safari/605');
    const list = async () =>
      (await api.call('GET', '/api/sessions')).body as { id: string; device: string; isThis: boolean }[];
    expect((await list()).map(({ device, isThis }) => [device, isThis])).toEqual([
      ['Safari on iPhone', false],
      ['Firefox on Windows', false],
      ['A program', true],
    ]);
    const [phone] = await list();
    expect((await api.call('DELETE', `/api/sessions/${phone!.id}`)).status).toBe(204);
    expect((await api.call('DELETE', `/api/sessions/${phone!.id}`)).status).toBe(404);
    expect(await list()).toHaveLength(2);
    expect((await api.call('DELETE', '/api/sessions')).status).toBe(204);
    expect((await list()).map(({ isThis }) => isThis)).toEqual([true]);
  });

  it('changes its password by the present one, and is signed out elsewhere', async () => {
    await using api = await startTestApi();
    await api.setUp();
    const change = (present: string, next: string) =>
      api.call('PUT', '/api/session/password', { body: { present, next } });
    expect((await change('a cold kitchen', password)).body.type).toBe('/problems/wrong-credentials');
    const weak = await change('a warm kitchen at seven', 'password123');
    expect([weak.status, weak.body.errors[0].pointer]).toEqual([400, '#/next']);
    const here = api.cookie!;
    await api.call('POST', '/api/session', {
      body: { name: 'Anna', password: 'a warm kitchen at seven' },
      headers: { cookie: '' },
    });
    const elsewhere = api.cookie!;
    api.cookie = here;
    expect((await change('a warm kitchen at seven', password)).status).toBe(204);
    expect((await api.call('GET', '/api/session')).status).toBe(200);
    expect((await api.call('GET', '/api/session', { headers: { cookie: elsewhere } })).status).toBe(401);
  });
});
