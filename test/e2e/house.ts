import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test as base } from '@playwright/test';
import { type Device, sessionCookie, type Setup } from '@hearth/contract';
import { type PartProcess, startPart } from '../processes.ts';

/** Keepalive of the demo devices here: a dead one is offline after 1.5 times this. */
export const keepaliveS = 4;

export const owner = { name: 'Ada', password: 'three warm words' };

/** Broker, api and demo home as processes of their own, in a folder of their own. */
export interface House extends AsyncDisposable {
  readonly url: string;
  readonly link: string;
  startSimulator(): Promise<void>;
  killSimulator(): Promise<void>;
  killBroker(): Promise<void>;
  startBroker(): Promise<void>;
  stopApi(): Promise<void>;
  startApi(): Promise<void>;
  /** Makes the owner; gives the session cookie's value. */
  setUp(): Promise<string>;
}

export async function startHouse(): Promise<House> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-e2e-'));
  const env: Record<string, string> = {
    HEARTH_DATA_DIR: dataDir,
    HEARTH_DEMO: 'on',
    HEARTH_LOG_LEVEL: 'warn',
    HEARTH_HTTP_PORT: '0',
    HEARTH_SIM_PERIOD_MS: '1000',
    HEARTH_SIM_KEEPALIVE_S: String(keepaliveS),
    HEARTH_SIM_HISTORY_DAYS: '1',
    HEARTH_KIT_HOST: '127.0.0.1',
    HEARTH_KIT_PORT: '0',
  };
  let broker = await startPart('broker', env);
  const { mqttUrl = '' } = broker.address;
  env['HEARTH_BROKER_URL'] = mqttUrl;
  env['HEARTH_MQTT_PORT'] = new URL(mqttUrl).port;
  let api = await startPart('api', env);
  const { url = '', link = '' } = api.address;
  env['HEARTH_API_URL'] = url;
  env['HEARTH_HTTP_PORT'] = new URL(url).port;
  let simulator: PartProcess | null = null;
  return {
    url,
    link,
    startSimulator: async () => {
      simulator = await startPart('simulator', env);
    },
    killSimulator: async () => {
      await simulator?.kill();
      simulator = null;
    },
    killBroker: () => broker.kill(),
    startBroker: async () => {
      broker = await startPart('broker', env);
    },
    stopApi: async () => {
      await api[Symbol.asyncDispose]();
    },
    startApi: async () => {
      api = await startPart('api', env);
    },
    setUp: async () => {
      const setup: Setup = {
        ...owner,
        code: new URL(link).hash.replace('#code=', ''),
        home: 'Elm Street 7',
        timeZone: 'Europe/Berlin',
        temperatureUnit: 'celsius',
        start: 'demo',
      };
      const response = await fetch(`${url}/api/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(setup),
      });
      expect(response.status).toBe(201);
      return response.headers.getSetCookie()[0]!.split(';')[0]!.split('=')[1]!;
    },
    [Symbol.asyncDispose]: async () => {
      await simulator?.[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A fresh house for each worker, set up and with the demo home running; `page` is signed in. */
export const test = base.extend<{ failOnErrors: void }, { house: House & { cookie: string } }>({
  house: [
    // Playwright reads the fixtures that a fixture needs from this pattern: none.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      await using house = await startHouse();
      const cookie = await house.setUp();
      await house.startSimulator();
      await untilLive(house.url, cookie);
      await use({ ...house, cookie });
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ house }, use) => use(house.url),
  page: async ({ page, house, context }, use) => {
    await context.addCookies([{ name: sessionCookie, value: house.cookie, url: house.url }]);
    await use(page);
  },
  failOnErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        // A server that is away, or says no, is part of some stories; the page must say so, not the console.
        if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text()))
          errors.push(message.text());
      });
      await use();
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

/** The demo home hands in its past first; stories begin with its present. */
async function untilLive(url: string, cookie: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const response = await fetch(`${url}/api/devices`, {
          headers: { cookie: `${sessionCookie}=${cookie}` },
        });
        const devices = (await response.json()) as Device[];
        const values = devices.flatMap((device) => Object.values(device.latest));
        return values.length > 0 && values.every((latest) => !latest.isLate);
      },
      { timeout: 90_000 },
    )
    .toBe(true);
}

/** axe finds nothing on the page as it is. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
}
