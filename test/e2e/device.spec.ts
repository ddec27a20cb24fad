import { expect, type Page } from '@playwright/test';
import mqtt from 'mqtt';
import { type About, type DeviceCredential, deviceTopic, type Paired, type Reading } from '@hearth/contract';
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

  // No room of the demo home is so warm.
  const forged: Reading = { ...reading, values: { temperature: 38.8 } };
  // A megabyte, and another device's topic, end the connection; the reasons are told all the same.
  for (const [to, payload] of [
    [topic, 'x'.repeat(1_000_000)],
    [deviceTopic(credential.home, 'demo-study-thermostat', 'reading'), JSON.stringify(forged)],
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
  await expect(rejected).toContainText('A number, without quotation marks or a unit.');
  await expect(page.getByText('Has not introduced itself', { exact: false }).first()).toBeVisible();
  await expect(rejected).toContainText('demo-study-thermostat');
  const entry = (words: string) => rejected.getByRole('listitem').filter({ hasText: words });
  await expect(entry('"20.6 °C"')).toContainText('Taken off the wire and kept here');
  await expect(entry('demo-study-thermostat')).toContainText('The connection was closed.');
  await expect(rejected).not.toContainText('$CONTROL');
  await expectAccessible(page);

  const study = await (await page.request.get('/api/devices/demo-study-thermostat')).json();
  expect(study.device.latest.temperature.value).not.toBe(38.8);
});

test('a device pairs with the code that the dashboard shows, and its password is changed later', async ({
  page,
}, { project }) => {
  await page.goto('/devices');
  await page.getByRole('button', { name: 'Connect a device' }).click();
  await page.getByRole('button', { name: 'Pair a device' }).click();
  const shown = page.getByLabel('Pairing code');
  await expect(shown).toHaveText(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/);
  await expect(page.getByRole('timer')).toHaveText(/^(10:00|9:5\d)$/);
  await expectAccessible(page);

  // What a device does: it has no session.
  const id = `paired-${project.name}`;
  const pair = (code: string) =>
    fetch(new URL('/api/pair', page.url()), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, id }),
    });
  expect((await pair('00000-00000')).status).toBe(403);
  await expect(page.getByText('it was typed wrong, 4 more tries')).toBeVisible();
  const paired = (await (await pair((await shown.textContent())!)).json()) as Paired;
  await expect(page.getByText(`Paired: it is called ${id}.`)).toBeVisible();
  await expect(page.getByText('Waiting for it to connect')).toBeVisible();
  const { host, ports } = paired.broker;
  const connect = (password: string): Promise<mqtt.MqttClient> =>
    mqtt.connectAsync(`mqtts://${host}:${ports.mqtts}`, {
      clientId: id,
      username: id,
      password,
      ca: paired.ca!,
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
  const device = await connect(paired.secret!);
  const reading: Reading = { boot: 1, seq: 1, at: Date.now(), values: { temperature: 20.6 } };
  await device.publishAsync(deviceTopic('home', id, 'reading'), JSON.stringify(reading), { qos: 1 });
  await expect(page.getByText('Its first reading is here')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Done' }).click();

  await page.goto(`/devices/${id}`);
  await page.getByRole('button', { name: 'Change its password' }).click();
  const answer = page.waitForResponse((response) => response.url().endsWith('/secret'));
  await page.getByRole('button', { name: 'Make a new password' }).click();
  const next = (await (await answer).json()) as DeviceCredential;
  await expect(page.getByText('The old password works until the new one is used')).toBeVisible();
  await expectAccessible(page);
  expect(device.connected).toBe(true);
  await (await connect(next.secret)).endAsync();
  await expect(connect(paired.secret!)).rejects.toThrow(/Not authorized/);
  await device.endAsync(true);
});

test('a device’s payloads are encrypted on its page, with a key that is shown once', async ({ page }, {
  project,
}) => {
  await page.goto('/devices?connect');
  const { id } = await makePassword(page, `Sealed ${project.name}`);
  await page.goto(`/devices/${id}`);
  await page.getByRole('button', { name: 'Encrypt its payloads' }).click();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Make its key' }).click();
  await expect(page.getByRole('dialog')).toContainText(/[\w-]{43}/);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText('Payloads are encrypted, with key 1')).toBeVisible();

  await page.getByRole('button', { name: 'Change its encryption' }).click();
  await page.getByRole('button', { name: 'Stop encrypting' }).click();
  await expect(page.getByRole('button', { name: 'Encrypt its payloads' })).toBeVisible();
});

/** Fills in the form of the open dialog and sends it; gives the credential that was made. */
async function makePassword(page: Page, name: string): Promise<DeviceCredential> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  const answer = page.waitForResponse(
    (response) => response.request().method() === 'POST' && response.url().endsWith('/api/devices'),
  );
  await page.getByRole('button', { name: 'Make its password' }).click();
  return (await (await answer).json()) as DeviceCredential;
}

test('a device is asked on its own page, and the age of the answer runs on', async ({ page }) => {
  await page.goto('/devices/demo-kitchen-thermostat');
  await page.getByRole('button', { name: 'Ask now' }).click();
  const answer = page.getByText(
    /Answered in [\d.]+ ms: temperature \d\d\.\d °C, setpoint .+ and .+, measured just now/,
  );
  await expect(answer).toBeVisible();

  const legs = page.getByRole('list', { name: 'The way of the request' });
  const msOf = (text: string): number => Number(/([\d.]+) ms/.exec(text)?.[1] ?? Number.NaN);
  const parts = (await legs.getByText(/ms$/).allTextContents()).map(msOf);
  expect(parts).toHaveLength(3);
  const total = msOf(await page.getByRole('paragraph').filter({ hasText: 'In all' }).innerText());
  // Each is rounded by itself.
  expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) - total)).toBeLessThanOrEqual(2);

  const heard = page.getByRole('region', { name: 'How it is heard' });
  await expect(heard.getByText(/^connected since /)).toBeVisible();
  await expect(heard.getByText(/comes every|comes when it changes|is being learned/).first()).toBeVisible();
  await expect(heard.getByText('Hearth asks it every 5 min.')).toBeVisible();
  const today = heard.getByRole('row').nth(1);
  await expect(today).toHaveText(/\d( ?[\d.]+ m?s){3}$/);
  await expect(heard.getByRole('heading', { name: 'Day by day' })).toBeVisible();
  await expectAccessible(page);

  await expect(page.getByText(/Answered in .+, measured 20 s ago/)).toBeVisible({ timeout: 40_000 });
});

test('a device that takes no requests says so, and nothing of radio', async ({ page }, { project }) => {
  await page.goto('/devices?connect');
  const credential = await makePassword(page, `Mute ${project.name}`);
  const { id, home } = credential;
  const device = await mqtt.connectAsync(credential.brokerUrl, {
    clientId: id,
    username: id,
    password: credential.secret,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  const about: About = {
    contract: 1,
    maker: 'Me',
    model: 'Bench',
    kind: 'sensor',
    firmware: '1',
    quantities: { temperature: { unit: '°C' }, humidity: { unit: '%' } },
    commands: {},
  };
  await device.publishAsync(deviceTopic(home, id, 'about'), JSON.stringify(about), { qos: 1, retain: true });
  await page.goto(`/devices/${id}`);
  await expect(page.getByText(`Mute ${project.name} does not answer requests.`)).toBeVisible();
  await expect(page.getByText('Reports temperature and humidity.')).toBeVisible();
  await expect(page.getByText(/radio/)).toBeHidden();

  const reading = { boot: 1, seq: 1, at: Date.now(), values: { temprature: 20.6 } };
  await device.publishAsync(deviceTopic(home, id, 'reading'), JSON.stringify(reading), { qos: 1 });
  await expect
    .poll(async () => (await (await page.request.get(`/api/devices/${id}`)).json()).rejected.length)
    .toBe(1);
  await page.reload();
  await expect(page.getByText('No field temprature. Did you mean temperature?')).toBeVisible();
  await device.endAsync();
  await page.request.delete(`/api/devices/${id}`);
});

test('a device is put in a new room as it is connected, and in another one later', async ({ page }, {
  project,
}) => {
  const [hall, attic] = [`Hall ${project.name}`, `Attic ${project.name}`];
  await page.goto('/devices?connect');
  await page.getByLabel('Room', { exact: true }).selectOption('A new room…');
  await page.getByLabel('Name of the new room').fill(hall);
  const { id } = await makePassword(page, `Roomy ${project.name}`);

  await page.goto(`/devices/${id}`);
  const room = page.getByLabel('Room', { exact: true });
  await expect(room.locator('option:checked')).toHaveText(hall);
  await room.selectOption('A new room…');
  await page.getByLabel('Name of the new room').fill(attic);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await expect(page.getByLabel('Name of the new room')).toBeHidden();
  await expect(room.locator('option:checked')).toHaveText(attic);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.request.delete(`/api/devices/${id}`);
});

test('a gateway is connected in the dashboard, hears a sensor, and is never silent of readings', async ({
  page,
}, { project }) => {
  await page.goto('/devices?connect');
  await page.getByRole('radio', { name: 'A gateway' }).check();
  await expect(page.getByLabel('Room', { exact: true })).toBeHidden();
  const { id, secret, brokerUrl } = await makePassword(page, `Radio ${project.name}`);
  await expect(page.getByText(`user=${id},pass=${secret},retain=1,events`)).toBeVisible();
  await expect(page.getByText('Waiting for the first device that it hears')).toBeVisible();
  await expectAccessible(page);

  const gateway = await mqtt.connectAsync(brokerUrl, {
    clientId: `rtl_433_${project.name}`,
    username: id,
    password: secret,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  const frame = { time: new Date().toISOString(), model: 'Nexus-TH', id: 181, temperature_C: 19.5 };
  await gateway.publishAsync('rtl_433/attic/events', JSON.stringify(frame), { qos: 0 });
  await expect(page.getByText('It is heard.')).toBeVisible();

  await page.goto(`/devices/${id}`);
  await expect(page.getByText(/^Gateway/).first()).toBeVisible();
  await expect(page.getByText(/Not heard yet|Silent/)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Ask now' })).toBeHidden();
  await expectAccessible(page);
  await page.goto('/devices');
  await expect(page.getByRole('link', { name: new RegExp(`Radio ${project.name}.*Gateway`) })).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).not.toContainText('Radio');
  await gateway.endAsync();

  // One gateway at a time: messages are laid to the only one there is.
  await page.goto(`/devices/${id}`);
  await page.getByRole('button', { name: 'Remove this gateway…' }).click();
  await page.getByRole('button', { name: `Remove Radio ${project.name}` }).click();
  await expect(page).toHaveURL(/\/devices$/);
  await page.request.delete('/api/devices/rtl433-nexus-th-181');
});
