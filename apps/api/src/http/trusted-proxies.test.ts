import { expect, it } from 'vitest';
import { trustedProxies } from '../config.ts';
import { setupForm, startTestApi, type TestApi } from './test-api.ts';

const guess = (api: TestApi, forwarded: Record<string, string>) =>
  api.call('POST', '/api/setup/code', { body: { code: '0000-0000-0000' }, headers: forwarded });

it('behind a proxy that is believed each client has its own delays, and a cookie for https alone', async () => {
  await using api = await startTestApi({ HEARTH_HTTP_PROXIES: '127.0.0.1,::1' });
  const from = (way: string) => guess(api, { 'x-forwarded-for': way });
  for (let i = 0; i < 5; i++) expect((await from(`203.0.113.${i}, 198.51.100.7`)).status).toBe(403);
  expect((await from('203.0.113.9, 198.51.100.7')).status).toBe(429);

  const code = api.running.address.link.split('#code=')[1];
  const headers = { 'x-forwarded-for': '198.51.100.8', 'x-forwarded-proto': 'https' };
  const made = await api.call('POST', '/api/setup', { body: { ...setupForm, code }, headers });
  expect(made.status).toBe(201);
  expect(made.headers.getSetCookie()[0]).toContain('Secure');
});

it('nobody else is believed', async () => {
  await using api = await startTestApi({ HEARTH_HTTP_PROXIES: '192.0.2.1' });
  for (let i = 0; i < 5; i++) await guess(api, { 'x-forwarded-for': `198.51.100.${i}` });
  expect((await guess(api, { 'x-forwarded-for': '198.51.100.9' })).status).toBe(429);
});

it.for(['127.0.0.1/33', '1.2.3', '::1/129', '10.0.0.0/8/8', '127.0.0.1/'])(
  '%s is no address of a proxy, and is named',
  (place) => {
    expect(() => trustedProxies({ HEARTH_HTTP_PROXIES: `127.0.0.1,${place}` })).toThrow(`got "${place}"`);
  },
);
