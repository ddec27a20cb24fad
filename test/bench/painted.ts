/// <reference lib="dom" />
import { setTimeout as pause } from 'node:timers/promises';
import mqtt from 'mqtt';
import { type About, type DeviceCredential, deviceTopic, type Health, type Reading } from '@hearth/contract';
import { launchChromium } from '../browser.ts';
import { startPlatform } from './platform.ts';

const about: About = {
  contract: 1,
  maker: 'Bench',
  model: 'Probe',
  kind: 'thermostat',
  firmware: '1',
  quantities: { temperature: { unit: '°C', periodMs: 1000 } },
  commands: {},
};

/** A device that publishes what it is told to. */
async function connect(credential: DeviceCredential) {
  const client = await mqtt.connectAsync(credential.brokerUrl, {
    clientId: credential.id,
    username: credential.id,
    password: credential.secret,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  const publish = (kind: 'about' | 'reading', message: object): Promise<unknown> =>
    client.publishAsync(deviceTopic(credential.home, credential.id, kind), JSON.stringify(message), {
      qos: 1,
      retain: true,
    });
  await publish('about', { ...about, room: credential.id });
  let seq = 0;
  return {
    client,
    publish: (temperature: number): Promise<unknown> => {
      seq += 1;
      return publish('reading', { boot: 1, seq, at: Date.now(), values: { temperature } } satisfies Reading);
    },
  };
}

/**
 * Milliseconds from a device's publish to the frame that shows its value on the Home page, once a sample,
 * while all devices publish each second.
 */
export async function measurePainted(options: { devices: number; samples: number }): Promise<number[]> {
  await using platform = await startPlatform({ HEARTH_DEMO: 'off' });
  const cookie = await platform.setUp('device');
  // The api answers before it has met its broker, which has to take the credentials.
  while ((await platform.get<Health>('/api/health')).status !== 'ok') await pause(20);
  const devices = [];
  for (let n = 0; n < options.devices; n++)
    devices.push(await connect(await platform.post('/api/devices', { id: `bench-${n}` })));
  const others = devices.slice(1);
  const chatter = setInterval(() => {
    for (const device of others) void device.publish(18 + Math.round(Math.random() * 50) / 10);
  }, 1000);
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const [name = '', value = ''] = cookie.split('=');
    await context.addCookies([{ name, value, url: platform.url }]);
    const page = await context.newPage();
    const [probe] = devices;
    await probe!.publish(9.9);
    await page.goto(platform.url);
    const card = page.locator('li', { has: page.getByRole('heading', { name: 'bench-0', exact: true }) });
    await card.getByText('9.9').waitFor();
    const samples: number[] = [];
    for (let n = 0; n < options.samples; n++) {
      const celsius = 10 + (n % 200) / 10;
      const watching = await card.evaluateHandle((element, text) => {
        const { promise, resolve } = Promise.withResolvers<number>();
        const observer = new MutationObserver(() => {
          if (!element.textContent.includes(text)) return;
          observer.disconnect();
          // The frame is drawn when the task after its animation callbacks runs.
          requestAnimationFrame(() => setTimeout(() => resolve(Date.now())));
        });
        observer.observe(element, { subtree: true, childList: true, characterData: true });
        return { painted: promise };
      }, celsius.toFixed(1));
      await pause(50 + Math.random() * 150);
      const publishedAt = Date.now();
      await probe!.publish(celsius);
      samples.push((await watching.evaluate(({ painted }) => painted)) - publishedAt);
    }
    return samples;
  } finally {
    clearInterval(chatter);
    await browser.close();
    await Promise.all(devices.map((device) => device.client.endAsync(true)));
  }
}
