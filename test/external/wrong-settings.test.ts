import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { config, startApi } from '@hearth/api';
import { createLog, readConfig } from '@hearth/part';
import { isSkipped, note, startMosquitto, type Mosquitto } from './mosquitto.ts';

async function startWith(env: Record<string, string>) {
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-wrong-'));
  const settings = readConfig(config, {
    HEARTH_DATA_DIR: dataDir,
    HEARTH_HTTP_PORT: '0',
    HEARTH_DEMO: 'off',
    ...env,
  });
  const api = await startApi(settings, createLog('api', 'silent'));
  const code = new URL(api.address.link).hash.replace('#code=', '');
  const form = { code, name: 'Ada', password: 'correct horse battery', home: 'H', timeZone: 'Europe/Berlin' };
  const setUp = await fetch(`${api.address.url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...form, temperatureUnit: 'celsius', start: 'device' }),
  });
  const cookie = setUp.headers.getSetCookie()[0]!.split(';')[0]!;
  return {
    async problem(): Promise<string | undefined> {
      const health = await fetch(`${api.address.url}/api/health`, { headers: { cookie } });
      return ((await health.json()) as { broker?: { problem?: string } }).broker?.problem;
    },
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true });
    },
  };
}

describe.skipIf(isSkipped)(`settings that do not fit the broker are one reason in the health${note}`, () => {
  let mosquitto: Mosquitto;
  beforeAll(async () => void (mosquitto = await startMosquitto({ access: 'by-hand', isTls: true })));
  afterAll(() => mosquitto?.[Symbol.asyncDispose]());

  it.each([
    ['a wrong password', () => ({ HEARTH_BROKER_PASSWORD: 'guess' }), /does not let us in/],
    [
      'an authority that signed nothing',
      () => ({ HEARTH_BROKER_CA_FILE: join(mosquitto.folder, 'other.crt') }),
      /HEARTH_BROKER_CA_FILE/,
    ],
    [
      'no authority',
      () => ({ HEARTH_BROKER_CA_FILE: '' }),
      /name its certificate in HEARTH_BROKER_CA_FILE|not the one in HEARTH_BROKER_CA_FILE/,
    ],
    [
      'an authority’s file that is not there',
      () => ({ HEARTH_BROKER_CA_FILE: join(mosquitto.folder, 'none.crt') }),
      /HEARTH_BROKER_CA_FILE cannot be read: ENOENT/,
    ],
    [
      'an authority’s file that is no certificate',
      () => ({ HEARTH_BROKER_CA_FILE: join(mosquitto.folder, 'acl') }),
      /not PEM/,
    ],
    [
      'a certificate that cannot be read',
      () => ({ HEARTH_BROKER_CA_FILE: broken(mosquitto) }),
      /does not fit|not the one in HEARTH_BROKER_CA_FILE|name its certificate/,
    ],
    [
      'clear text where TLS is spoken',
      () => ({ HEARTH_BROKER_URL: `mqtt://127.0.0.1:${mosquitto.port}`, HEARTH_BROKER_CA_FILE: '' }),
      /closed the connection.*mqtts:/,
    ],
    [
      'a port where nothing is',
      () => ({ HEARTH_BROKER_URL: 'mqtts://127.0.0.1:1' }),
      /ECONNREFUSED.*nothing listens there/,
    ],
    [
      'a host that does not exist',
      () => ({ HEARTH_BROKER_URL: 'mqtts://no-such-host.invalid:8883' }),
      /ENOTFOUND|EAI_AGAIN/,
    ],
    ['a user that the broker does not know', () => ({ HEARTH_BROKER_USER: 'nobody' }), /does not let us in/],
  ] as const)('%s', async (_name, env, reason) => {
    await using api = await startWith({ HEARTH_BROKER_URL: mosquitto.url, ...mosquitto.env, ...env() });
    await expect.poll(() => api.problem(), { timeout: 10_000 }).toMatch(reason);
  });
});

function broken({ folder }: Mosquitto): string {
  const path = join(folder, 'broken.crt');
  writeFileSync(path, '-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n');
  return path;
}

test.each([
  [{ HEARTH_BROKER_URL: 'mqtt://127.0.0.1:99999' }, /^HEARTH_BROKER_URL is not an address such as/],
  [{ HEARTH_BROKER_PASSWORD: 'a', HEARTH_BROKER_PASSWORD_FILE: 'b' }, /are both set: set one/],
  [{ HEARTH_BROKER_URL: 'mqtts://b', HEARTH_BROKER_KEY_FILE: 'b' }, /belong together/],
  [{ HEARTH_BROKER_URL: 'mqtt://b', HEARTH_BROKER_CA_FILE: 'b' }, /are for mqtts:/],
])('%j ends the start with one line', async (env, line) => {
  const settings = readConfig(config, { HEARTH_DATA_DIR: tmpdir(), HEARTH_HTTP_PORT: '0', ...env });
  await expect(startApi(settings, createLog('api', 'silent'))).rejects.toMatchObject({
    code: 'start',
    message: expect.stringMatching(line) as string,
  });
});
