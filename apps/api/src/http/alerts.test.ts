import { expect, test } from 'vitest';
import { startTestApi } from './test-api.ts';

test('the alert of a broker that is away is listed, acknowledged and muted, and another number is not found', async () => {
  let now = Date.now();
  await using api = await startTestApi({}, { now: () => now });
  await api.setUp();
  await api.running.lookAtAlerts();
  expect((await api.call('GET', '/api/alerts')).body).toMatchObject({
    open: [],
    pending: [{ kind: 'broker-away' }],
    settings: { quiet: { from: '22:00', to: '07:00' }, escalateMin: 30 },
    timeZone: 'Europe/Berlin',
  });
  now += 61_000;
  await api.running.lookAtAlerts();
  const { open } = (await api.call('GET', '/api/alerts')).body;
  expect(open).toMatchObject([
    { kind: 'broker-away', state: 'firing', severity: 'urgent', title: 'No messages from devices' },
  ]);
  const path = `/api/alerts/${open[0].id}`;
  expect((await api.call('POST', `${path}/acknowledge`)).body).toMatchObject({
    state: 'acknowledged',
    acknowledgedBy: 'Anna',
  });
  expect((await api.call('PUT', `${path}/mute`, { body: { until: now + 60_000 } })).body).toMatchObject({
    mutedUntil: now + 60_000,
  });
  expect((await api.call('POST', '/api/alerts/99/acknowledge')).status).toBe(404);
});

test('rules are changed within what they have', async () => {
  await using api = await startTestApi();
  await api.setUp();
  const cold = await api.call('PATCH', '/api/alerts/rules/room-cold', { body: { threshold: 17 } });
  expect(cold.body).toMatchObject({ kind: 'room-cold', threshold: 17, holdMin: 20, isOn: true });
  expect((await api.call('PATCH', '/api/alerts/rules/backup-red', { body: { threshold: 1 } })).status).toBe(
    422,
  );
  const settings = { quiet: null, escalateMin: null };
  await api.call('PUT', '/api/alerts/settings', { body: settings });
  const { body } = await api.call('GET', '/api/alerts');
  expect(body.settings).toEqual(settings);
  expect(body.rules).toContainEqual(cold.body);
});

test('a secret goes in and never out, and does not go along to another host', async () => {
  await using api = await startTestApi();
  await api.setUp();
  const place = { kind: 'ntfy', url: 'http://127.0.0.1:1', topic: 'home' };
  const body = { name: 'Phone', reach: 'all', place: { ...place, secret: 'tk_s3cret' } };
  const made = await api.call('POST', '/api/channels', { body });
  expect(made.body).toMatchObject({ channel: { place, hasSecret: true, last: null } });
  const path = `/api/channels/${made.body.channel.id}`;
  const tested = await api.call('POST', `${path}/test`);
  expect(tested.body.last).toMatchObject({ isSent: false });
  const said = JSON.stringify([
    made.body,
    tested.body,
    (await api.call('GET', '/api/channels')).body,
    api.logged,
  ]);
  expect(said).not.toContain('s3cret');
  const kept = await api.call('PUT', path, { body: { ...body, place: { ...place, topic: 'other' } } });
  expect(kept.body.hasSecret).toBe(true);
  const moved = await api.call('PUT', path, {
    body: { ...body, place: { ...place, url: 'http://127.0.0.1:2' } },
  });
  expect(moved.body.hasSecret).toBe(false);
  expect((await api.call('DELETE', path)).status).toBe(204);
  expect((await api.call('POST', `${path}/test`)).status).toBe(404);
});

test('each kind has what it needs: a webhook a secret that is shown once, browsers one key, Home Assistant a switch', async () => {
  await using api = await startTestApi();
  await api.setUp();
  const body = { name: 'Hook', reach: 'urgent', place: { kind: 'webhook', url: 'http://127.0.0.1:1' } };
  const { body: made } = await api.call('POST', '/api/channels', { body });
  expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect((await api.call('GET', '/api/channels')).body).toEqual([made.channel]);

  const { body: key } = await api.call('GET', '/api/channels/push-key');
  expect(key.publicKey).toMatch(/^B[A-Za-z0-9_-]{86}$/);
  expect((await api.call('GET', '/api/channels/push-key')).body).toEqual(key);
  const place = { kind: 'homeassistant' };
  const added = await api.call('POST', '/api/channels', { body: { name: 'HA', reach: 'all', place } });
  expect(added.body.channel).toMatchObject({ place, hasSecret: false });
  const tested = await api.call('POST', `/api/channels/${added.body.channel.id}/test`);
  expect(tested.body.last).toMatchObject({ isSent: false, problem: expect.stringContaining('HEARTH_HOME') });
});
