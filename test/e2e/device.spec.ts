import { expect } from '@playwright/test';
import mqtt from 'mqtt';
import { type DeviceCredential, deviceTopic, type Reading } from '@hearth/contract';
import { expectAccessible, test } from './house.ts';

test('a device is connected in the dashboard, and what it says wrong is explained on its page', async ({
  page,
}, { project }) => {
  const id = `bench-${project.name}`;
  await page.goto('/devices');
  await page.getByRole('button', { name: 'Connect a device' }).click();
  await page.getByLabel('Name', { exact: true }).fill(`Bench ${project.name}`);
  await expect(page.getByLabel('Device id')).toHaveValue(id);
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Make its password' }).click();
  const credential = (await (await answer).json()) as DeviceCredential;
  await expect(page.getByText('Waiting for it to connect')).toBeVisible();
  await expectAccessible(page);

  const connect = (): Promise<mqtt.MqttClient> =>
    mqtt.connectAsync(credential.brokerUrl, {
      clientId: id,
      username: id,
      password: credential.secret,
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
  const topic = deviceTopic(credential.home, id, 'reading');
  const reading: Reading = { boot: 1, seq: 1, at: Date.now(), values: { temperature: 20.6 } };
  const device = await connect();
  await device.publishAsync(topic, JSON.stringify({ ...reading, values: { temperature: '20.6 °C' } }), {
    qos: 1,
  });
  await expect(page.getByText('A message came and was not taken')).toBeVisible();
  await device.publishAsync(topic, JSON.stringify({ ...reading, seq: 2 }), { qos: 1 });
  await expect(page.getByText('Its first reading is here')).toBeVisible();
  await device.endAsync();

  // A megabyte, and another device's topic, end the connection; the reasons are told all the same.
  for (const [to, payload] of [
    [topic, 'x'.repeat(1_000_000)],
    [deviceTopic(credential.home, 'demo-study-thermostat', 'reading'), JSON.stringify(reading)],
  ] as const) {
    const intruder = await connect();
    const closed = new Promise<void>((resolve) => intruder.once('close', () => resolve()));
    intruder.publish(to, payload, { qos: 1 });
    await closed;
    await intruder.endAsync(true);
  }
  await page.goto(`/devices/${id}`);
  const rejected = page.getByRole('region', { name: 'Messages that were not taken' });
  await expect(rejected.getByRole('listitem')).toHaveCount(3);
  await expect(rejected).toContainText('"20.6 °C"');
  await expect(rejected).toContainText('demo-study-thermostat');
  await expectAccessible(page);

  const study = await (await page.request.get('/api/devices/demo-study-thermostat')).json();
  expect(study.device.latest.temperature.value).not.toBe(20.6);
});
