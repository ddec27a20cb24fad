import { expect, type Page } from '@playwright/test';
import mqtt from 'mqtt';
import { type About, type DeviceCredential, deviceTopic, type Request, type Room } from '@hearth/contract';
import { expectAccessible, test } from './house.ts';

const about: About = {
  contract: 1,
  maker: 'Acme',
  model: 'Stubborn',
  kind: 'thermostat',
  firmware: '1',
  quantities: {
    temperature: { unit: '°C', periodMs: 1000 },
    setpoint: { unit: '°C', periodMs: 1000 },
    heating: {},
  },
  commands: { set: { setpoint: { min: 5, max: 30, step: 0.5 } } },
};

/** A thermostat that takes every setpoint and goes on reporting 20 °C, each second. */
async function startStubborn(page: Page, id: string, room: string) {
  const headers = { 'content-type': 'application/json' };
  const { id: roomId } = (await (
    await page.request.post('/api/rooms', { headers, data: { name: room } })
  ).json()) as Room;
  const credential = (await (
    await page.request.post('/api/devices', { headers, data: { id, name: `${room} thermostat`, roomId } })
  ).json()) as DeviceCredential;
  const topic = (kind: 'about' | 'reading' | 'request' | 'response' | 'status') =>
    deviceTopic(credential.home, id, kind);
  const will = { topic: topic('status'), payload: Buffer.from('{"online":false,"boot":1,"conn":1}') };
  const client = await mqtt.connectAsync(credential.brokerUrl, {
    clientId: id,
    username: id,
    password: credential.secret,
    protocolVersion: 4,
    reconnectPeriod: 0,
    will: { ...will, qos: 1, retain: true },
  });
  const say = (kind: 'about' | 'reading' | 'response' | 'status', body: object) =>
    client.publishAsync(topic(kind), JSON.stringify(body), { qos: 1, retain: kind !== 'response' });
  client.on('message', (_topic, payload) => {
    const request = JSON.parse(payload.toString()) as Request;
    void say('response', { id: request.id, values: request.set, at: Date.now() });
  });
  await client.subscribeAsync(topic('request'), { qos: 1 });
  await say('about', about);
  await say('status', { online: true, boot: 1, conn: 1 });
  let seq = 0;
  const measure = () =>
    say('reading', {
      boot: 1,
      seq: ++seq,
      at: Date.now(),
      values: { temperature: 20 + (seq % 4) / 10, setpoint: 20, heating: true },
    });
  let timer = setInterval(() => {}, 1000);
  return {
    roomId,
    begin() {
      clearInterval(timer);
      timer = setInterval(() => void measure(), 1000);
    },
    /** Breaks the connection, so that the will speaks. */
    leave() {
      clearInterval(timer);
      client.stream.destroy();
    },
    remove: () => page.request.delete(`/api/devices/${id}`),
  };
}

test('a device that takes a setpoint and reports another is not said to be set, and one that left is not called silent @phone', async ({
  page,
}, { project }) => {
  test.setTimeout(90_000);
  const name = `Loft ${project.name}`;
  const device = await startStubborn(page, `stubborn-${project.name}`, name);
  await page.clock.install();
  await page.goto(`/rooms/${device.roomId}`);
  await expect(page.getByText('Nothing measures the temperature here.')).toBeVisible();

  // The curve begins with the first values, long before the next fetch.
  device.begin();
  const chart = page.getByRole('figure', { name: new RegExp(`^${name}, last 24 hours: 20`) });
  await expect(chart).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText('Heating, 0 min')).toBeVisible({ timeout: 40_000 });

  const dial = page.getByRole('region', { name: 'Temperature', exact: true });
  // A choice is sent after 0.7 s: the page's time stands while it is looked at.
  await page.clock.pauseAt(Date.now() + 5000);
  await dial.getByRole('button', { name: 'Raise the setpoint' }).click();
  await expect(dial.getByText('Ask for', { exact: true })).toBeVisible();
  await expect(dial.getByRole('status')).toHaveText('Asks for 20.5° in a moment…');
  await page.clock.resume();
  await expect(dial.getByRole('status')).toHaveText('The device took 20.5°. Waiting until it reports it.');
  await expect(dial.getByText('asked for')).toBeVisible();
  await expect(dial.getByRole('status')).toHaveText(
    'Asked for 20.5°, but the device goes on reporting 20°.',
    { timeout: 15_000 },
  );
  await expect(dial.getByRole('button', { name: 'Retry' })).toBeVisible();
  await expectAccessible(page);
  await dial.getByRole('button', { name: 'Raise the setpoint' }).click();
  await expect(dial.getByRole('button', { name: 'Retry' })).toBeHidden();

  device.leave();
  await expect(dial.getByText(/^Offline · /)).toBeVisible();
  // What it was asked last may have reached it, and is given up 10 s later.
  await expect(dial.getByText('was set to')).toBeVisible({ timeout: 15_000 });
  await expect(dial.getByRole('slider')).toBeDisabled();
  await expectAccessible(page);
  await page.goto('/devices');
  const row = page.getByRole('link', { name: new RegExp(`${name} thermostat`) });
  await expect(row).toContainText(/Offline since \d/);
  await expect(row).toContainText(/Heatingon(just now|\d+ s ago)/);
  await expectAccessible(page);
  await page.goto('/');
  const heading = page.getByRole('heading', { level: 1 });
  // For minutes it is no alert yet; that it is missing shows all the same.
  await expect(heading).toContainText(/\d+ of \d+ devices reporting/);
  await expect(heading).not.toContainText('silent');
  await device.remove();
});
