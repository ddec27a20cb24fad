import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deed } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { recover } from '../cli/recover.ts';
import { appFor } from '../accounts/test-app.ts';
import { setupForm, startTestApi, type TestApi } from './test-api.ts';

const { password } = setupForm;
const clock = { ms: Date.UTC(2026, 10, 22) };

async function enrol(api: TestApi) {
  const offer = await api.call('POST', '/api/account/authenticator', { body: { password } });
  expect(offer.status).toBe(201);
  expect(offer.body.uri).toContain(`secret=${offer.body.secret}&issuer=Hearth`);
  const app = appFor(offer.body.secret, clock);
  const confirmed = await api.call('PUT', '/api/account/authenticator', { body: { code: app() } });
  expect(confirmed.status).toBe(200);
  return { app, secret: offer.body.secret as string, codes: confirmed.body.codes as string[] };
}

/** Signs in from nowhere known; the caller's cookie stays. */
async function signIn(api: TestApi, code?: string, withPassword: string = password) {
  const mine = api.cookie;
  const body = { name: 'Anna', password: withPassword, ...(code !== undefined && { code }) };
  const answer = await api.call('POST', '/api/session', { body, headers: { cookie: '' } });
  api.cookie = mine;
  return answer.status === 201 ? 'in' : (answer.body.type as string).replace('/problems/', '');
}

describe('an authenticator', () => {
  it('is asked for in a second step, takes each code once, and recovery codes in its place', async () => {
    await using api = await startTestApi({}, { now: () => clock.ms });
    await api.setUp({ start: 'device' });
    const refused = await api.call('POST', '/api/account/authenticator', { body: { password: 'another' } });
    expect(refused.body.type).toBe('/problems/wrong-credentials');
    const early = await api.call('PUT', '/api/account/authenticator', { body: { code: '000000' } });
    expect(early.status).toBe(404);
    const { app, secret, codes } = await enrol(api);
    expect(codes).toHaveLength(10);
    expect(await signIn(api)).toBe('code-needed');
    expect(await signIn(api, app(), 'a wrong password')).toBe('wrong-credentials');
    // That one was used when it was enrolled.
    expect(await signIn(api, app())).toBe('wrong-second-code');
    clock.ms += 30_000;
    const code = app();
    expect(await signIn(api, `${code.slice(0, 3)} ${code.slice(3)}`)).toBe('in');
    expect(await signIn(api, code)).toBe('wrong-second-code');
    expect(await signIn(api, codes[0]!.toLowerCase())).toBe('in');
    expect(await signIn(api, codes[0])).toBe('wrong-second-code');
    expect((await api.call('GET', '/api/account')).body.authenticator.codesLeft).toBe(9);

    const renewed = await api.call('POST', '/api/account/recovery-codes', { body: { password } });
    expect(await signIn(api, codes[1])).toBe('wrong-second-code');
    expect(await signIn(api, renewed.body.codes[1])).toBe('in');
    // Neither the file nor the log has what lets somebody in.
    const kept = readFileSync(join(api.folder, 'data/hearth.db-wal')).toString('latin1');
    expect(kept).not.toContain(renewed.body.codes[2].replaceAll('-', ''));
    expect(`${kept}${api.logged.join('')}`).not.toContain(secret);

    const removed = await api.call('POST', '/api/account/authenticator/remove', { body: { password } });
    expect(removed.status).toBe(204);
    expect(await signIn(api)).toBe('in');
  });

  it('that is lost with all codes is taken away on the server, which gives a new password', async () => {
    await using api = await startTestApi({}, { now: () => clock.ms });
    await api.setUp({ start: 'device' });
    await enrol(api);
    const place = {
      dataDir: join(api.folder, 'data'),
      readingsPath: null,
      readingsUrl: null,
      target: '',
      from: '',
      tell: () => undefined,
    };
    await expect(recover('Zoe', place)).rejects.toThrow('nobody here is called Zoe: there is Anna');
    const { json } = await recover('anna', place);
    // The running api knows at once: who is in is out, and the new password lets in.
    expect((await api.call('GET', '/api/session')).status).toBe(401);
    expect(await signIn(api)).toBe('wrong-credentials');
    expect(await signIn(api, undefined, (json as { password: string }).password)).toBe('in');
  });
});

describe('a token of a program', () => {
  it('acts for its person from anywhere, until it is revoked or runs out, and is kept by its hash', async () => {
    await using api = await startTestApi({}, { now: () => clock.ms });
    await api.setUp({ start: 'device' });
    const make = (days: number, withPassword: string = password) =>
      api.call('POST', '/api/account/tokens', {
        body: { name: 'Wall display', scopes: ['read', 'admin'], days, password: withPassword },
      });
    expect((await make(30, 'another')).status).toBe(401);
    expect((await make(366)).status).toBe(400);
    const { body } = await make(30);
    const bearer = { authorization: `Bearer ${body.secret}` };
    const asToken = (method: string, path: string, given?: object) =>
      api.call(method, path, {
        body: given,
        headers: { ...bearer, origin: 'http://elsewhere.example', 'sec-fetch-site': 'cross-site' },
      });
    // The cookie that came along counts for nothing.
    expect((await asToken('POST', '/api/rooms', { name: 'Attic' })).status).toBe(201);
    expect((await asToken('GET', '/api/session')).status).toBe(403);
    expect((await asToken('PUT', '/api/session/password', { present: '', next: '' })).status).toBe(403);
    const [listed] = (await api.call('GET', '/api/account/tokens')).body;
    expect(listed).toMatchObject({
      name: 'Wall display',
      usedAt: clock.ms,
      expiresAt: clock.ms + 30 * 86_400_000,
    });
    expect(readFileSync(join(api.folder, 'data/hearth.db-wal')).includes(body.secret)).toBe(false);

    const stream = await fetch(`${api.url}/api/events`, { headers: bearer });
    expect((await api.call('DELETE', `/api/account/tokens/${listed.id}`)).status).toBe(204);
    await stream.text(); // ends
    expect((await asToken('GET', '/api/rooms')).status).toBe(401);

    const short = (await make(1)).body.secret;
    const withShort = () =>
      fetch(`${api.url}/api/rooms`, { headers: { authorization: `Bearer ${short}` } }).then(
        ({ status }) => status,
      );
    expect(await withShort()).toBe(200);
    clock.ms += 86_400_000;
    expect(await withShort()).toBe(401);
  });
});

describe('the audit', () => {
  it('says who did what, by what and from where, who was refused, and no secret', async () => {
    await using api = await startTestApi({}, { now: () => clock.ms });
    await api.setUp({ start: 'device' });
    await signIn(api, undefined, 'my secret of old');
    const made = await api.call('POST', '/api/account/tokens', {
      body: { name: 'Display', scopes: ['admin'], days: 1, password },
    });
    const invited = await api.call('POST', '/api/invitations', { body: { role: 'viewer', rooms: null } });
    const mine = api.cookie;
    await api.call('POST', '/api/invitation/accept', {
      body: { token: invited.body.token, name: 'Bert', password: 'three words of ours' },
      headers: { cookie: '' },
    });
    api.cookie = mine;
    await api.call('DELETE', '/api/people/2');
    await api.call('POST', '/api/rooms', {
      body: { name: 'Attic' },
      headers: { authorization: `Bearer ${made.body.secret}` },
    });
    await api.call('DELETE', '/api/people/99'); // nobody: nothing was done
    const { body } = await api.call('GET', '/api/audit');
    expect(
      body.deeds.map(({ who, token, route, about, isDone }: Deed) => [who, token, route, about, isDone]),
    ).toEqual([
      ['Anna', 'Display', 'addRoom', 'Attic', true],
      ['Anna', null, 'removePerson', 'Bert', true],
      ['Bert', null, 'acceptInvitation', null, true],
      ['Anna', null, 'invite', 'viewer', true],
      ['Anna', null, 'makeToken', 'Display, scopes admin, days 1', true],
      ['Anna', null, 'signIn', null, false],
      ['Anna', null, 'setUp', null, true],
    ]);
    expect(body.deeds[0]).toMatchObject({ at: clock.ms, by: 'token', address: '127.0.0.1' });
    for (const secret of [password, 'my secret', made.body.secret, invited.body.token])
      expect(JSON.stringify(body)).not.toContain(secret);
  });
});
