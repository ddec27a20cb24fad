import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { type Device, sessionCookie } from '@hearth/contract';
import { startPlatform } from './bench/platform.ts';
import { launchChromium } from './browser.ts';

// Takes the README's pictures from the real app: `pnpm pictures`.

const folder = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const phone = { width: 390, height: 844 };
const laptop = { width: 1440, height: 900 };

await using platform = await startPlatform({ HEARTH_DEMO: 'on', HEARTH_SIM_SEED: '3' });
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
await take('system-laptop', laptop, 'light', '/system');
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

async function take(
  name: string,
  viewport: { width: number; height: number },
  colorScheme: 'light' | 'dark',
  path: string,
  before?: (page: Page) => Promise<void>,
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
  await page
    .getByText(path === '/system' ? /^Readings take/ : /°/)
    .first()
    .waitFor();
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
