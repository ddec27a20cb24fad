import { expect, test } from 'vitest';
import { startHearth } from './home.ts';

test('a device is encrypted by one call; its secret is told once, and clear text is over', async () => {
  await using hearth = await startHearth();
  await hearth.setUp();
  await hearth.call('POST', '/api/devices', { id: 'hall' });
  expect((await hearth.call('GET', '/api/devices/hall')).body.encryption).toBe(null);

  const { status, body: key } = await hearth.call('POST', '/api/devices/hall/encryption');
  expect(status).toBe(201);
  expect(key).toEqual({ id: 'hall', home: 'home', keyId: 1, secret: expect.stringMatching(/^[\w-]{43}$/) });
  const shown = await hearth.call('GET', '/api/devices/hall');
  expect(shown.body.encryption).toEqual({ keyId: 1, since: expect.any(Number) });
  expect(JSON.stringify(shown.body)).not.toContain(key.secret);

  const next = await hearth.call('POST', '/api/devices/hall/encryption');
  expect(next.body).toMatchObject({ keyId: 2 });
  expect(next.body.secret).not.toBe(key.secret);
  expect((await hearth.call('DELETE', '/api/devices/hall/encryption')).status).toBe(204);
  expect((await hearth.call('GET', '/api/devices/hall')).body.encryption).toBe(null);
});

test('a new device may be encrypted from the first on, and nothing of it is left when it is removed', async () => {
  await using hearth = await startHearth();
  await hearth.setUp();
  const added = await hearth.call('POST', '/api/devices', { id: 'hall', encrypt: true });
  expect(added.body).toMatchObject({ id: 'hall', encryption: { id: 'hall', keyId: 1 } });
  expect(added.body.encryption.secret).not.toBe(added.body.secret);
  await hearth.call('DELETE', '/api/devices/hall');
  await hearth.call('POST', '/api/devices', { id: 'hall' });
  expect((await hearth.call('GET', '/api/devices/hall')).body.encryption).toBe(null);
});

test('a gateway, an unknown device and a stranger get no key', async () => {
  await using hearth = await startHearth();
  expect((await hearth.call('POST', '/api/devices/hall/encryption')).status).toBe(401);
  await hearth.setUp();
  await hearth.call('POST', '/api/devices', { id: 'radio', role: 'gateway' });
  expect(await hearth.call('POST', '/api/devices/radio/encryption')).toMatchObject({
    status: 409,
    body: { type: '/problems/cannot-encrypt' },
  });
  const wanted = { id: 'other', role: 'gateway', encrypt: true };
  expect((await hearth.call('POST', '/api/devices', wanted)).status).toBe(409);
  expect((await hearth.call('POST', '/api/devices/hall/encryption')).status).toBe(404);
});
