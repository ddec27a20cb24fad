import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { type Device, sessionCookie, type StartCheck, type StartedCheck } from '@hearth/contract';
import { startPlatform } from './bench/platform.ts';
import { launchChromium } from './browser.ts';

// Takes the README's pictures from the real app: `pnpm pictures`.

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}docs/pictures/`;
const phone = { width: 390, height: 844 };
const laptop = { width: 1440, height: 900 };

await using platform = await startPlatform({ HEARTH_DEMO: 'on', HEARTH_SIM_SEED: '3', HEARTH_KIT_PORT: '0' });
const cookie = await platform.setUp('demo', { name: 'Ada', home: 'Elm Street 7' });
await untilLive();
const browser = await launchChromium();
mkdirSync(folder, { recursive: true });

await take('home-phone', phone, 'light', '/');
await take('room-phone', phone, 'light', '/rooms/living-room', askNow);
await take('home-phone-dark', phone, 'dark', '/');
await take('home-laptop', laptop, 'light', '/');
await take('room-laptop-dark', laptop, 'dark', '/rooms/living-room', askNow);
await take('devices-laptop', laptop, 'light', '/devices');
await take('system-laptop', laptop, 'light', '/system', undefined, /^Readings take/);
await takeCheck();
await browser.close();

/** Sets the room, asks its thermostat and waits for the answer. */
async function askNow(page: Page): Promise<void> {
  await page.getByRole('slider', { name: /setpoint/ }).fill('23');
  await page.getByText(/^Set to 23/).waitFor();
  await page.getByRole('button', { name: 'Ask now' }).click();
  await page.getByText(/Answered in/).waitFor();
  await page.getByText('Heating', { exact: true }).first().waitFor({ timeout: 60_000 });
  await page.locator('canvas').waitFor();
  await page.evaluate('scrollTo(0, 0)');
  // The chart is drawn in the frame after.
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
}

/** A device that is being checked, at the moment when a hand has to turn its knob. */
async function takeCheck(): Promise<void> {
  const asked: StartCheck = {
    device: 'hall-thermostat',
    host: '127.0.0.1',
    isQuick: true,
    isPlain: true,
    hasHands: true,
  };
  const { run, secret } = await platform.post<StartedCheck>('/api/conformance', asked);
  const env = { DEVICE: asked.device, SECRET: secret, PORT: String(run.port), STATE_DIR: platform.dataDir };
  const device = spawn(process.execPath, ['examples/device.mjs'], {
    cwd: root,
    env: { ...process.env, ...env, PERIOD_MS: '500' },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  await take('check-laptop', laptop, 'light', '/check', undefined, /^Turn the setpoint/);
  device.kill();
}

async function take(
  name: string,
  viewport: { width: number; height: number },
  colorScheme: 'light' | 'dark',
  path: string,
  before?: (page: Page) => Promise<void>,
  shown = /°/,
): Promise<void> {
  const context = await browser.newContext({
    viewport,
    colorScheme,
    deviceScaleFactor: 2,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    isMobile: viewport === phone,
    hasTouch: viewport === phone,
  });
  const [, value = ''] = cookie.split('=');
  await context.addCookies([{ name: sessionCookie, value, url: platform.url }]);
  const page = await context.newPage();
  await page.goto(new URL(path, platform.url).href);
  await page.getByText(shown).first().waitFor();
  await page.evaluate('document.fonts.ready');
  await before?.(page);
  await page.screenshot({ path: `${folder}${name}.png` });
  await context.close();
}

/** The demo home hands in its past first. */
async function untilLive(): Promise<void> {
  for (;;) {
    const devices = await platform.get<Device[]>('/api/devices');
    const latest = devices.flatMap((device) => Object.values(device.latest));
    if (latest.length > 0 && latest.every(({ isLate }) => !isLate)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
