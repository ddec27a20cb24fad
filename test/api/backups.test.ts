import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtempDisposable, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackupsAnswer, DeviceCredential, SeriesAnswer } from '@hearth/contract';
import { expect, test } from 'vitest';
import { hearth, startPart, type PartProcess } from '../processes.ts';
import { connectDevice } from './home.ts';

const patient = { timeout: 60_000 };
const owner = { name: 'Ada', password: 'correct horse battery' };
const about = {
  contract: 1,
  maker: 'Test',
  model: 'Thermostat',
  kind: 'thermostat',
  firmware: '1',
  quantities: { temperature: { unit: '°C' } },
  commands: {},
};

/** Broker and api as processes on a data folder, and a browser that remembers its cookie. */
async function startHearth(env: Record<string, string>) {
  await using parts = new AsyncDisposableStack();
  const broker = parts.use(await startPart('broker', { HEARTH_LOG_LEVEL: 'warn', ...env }));
  const brokerUrl = broker.address['mqttUrl']!;
  const api: PartProcess = parts.use(
    await startPart('api', {
      HEARTH_HTTP_PORT: '0',
      HEARTH_LOG_LEVEL: 'warn',
      ...env,
      HEARTH_BROKER_URL: brokerUrl,
    }),
  );
  const { url, link } = api.address as { url: string; link: string };
  let cookie = '';
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  async function call(method: string, path: string, body?: object): Promise<any> {
    const response = await fetch(url + path, {
      method,
      headers: { cookie, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  }
  await expect.poll(async () => (await call('GET', '/api/health')).status, patient).toBe('ok');
  const running = parts.move();
  return {
    brokerUrl,
    call,
    api,
    async setUp() {
      const [, code] = link.split('#code=');
      const home = {
        home: 'Mill Lane',
        timeZone: 'Europe/Berlin',
        temperatureUnit: 'celsius',
        start: 'device',
      };
      await call('POST', '/api/setup', { ...owner, ...home, code });
    },
    backups: (): Promise<BackupsAnswer> => call('GET', '/api/backups'),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const at = Date.now() - 7_200_000;
const chart = (): string =>
  `/api/series?device=hall&quantities=temperature&from=${at - 60_000}&to=${at + 3_600_000}&points=100`;

/** A device that says what it is and measures for a while; its last seq. */
async function live(credential: DeviceCredential, boot: number): Promise<void> {
  await using device = await connectDevice(credential);
  await device.say('status', { online: true, boot, conn: 1 });
  await device.say('about', about);
  for (let seq = 1; seq <= 50; seq++)
    await device.say('reading', {
      boot,
      seq,
      at: at + boot * 600_000 + seq * 10_000,
      values: { temperature: 20 + Math.round(Math.sin(seq) * 10) / 10 },
    });
}

test(
  'after the disk died, one command brings back people, devices and charts',
  { timeout: 300_000 },
  async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-disaster-'));
    const dataDir = join(folder.path, 'data');
    const target = join(folder.path, 'usb');
    await mkdir(target);
    const env = { HEARTH_DATA_DIR: dataDir, HEARTH_BACKUP_DIR: target, HEARTH_DEMO: 'off' };
    const keptKey = join(folder.path, 'kept-key');
    let credential: DeviceCredential;
    let before: SeriesAnswer;
    let authority: string;
    {
      await using running = await startHearth(env);
      await running.setUp();
      credential = await running.call('POST', '/api/devices', { id: 'hall' });
      await running.call('POST', '/api/devices', { id: 'bath', encrypt: true });
      await live(credential, 1);
      await expect
        .poll(
          async () => (await running.call('GET', '/api/devices/hall')).device.latest.temperature?.at,
          patient,
        )
        .toBe(at + 600_000 + 500_000);
      before = await running.call('GET', chart());
      authority = await readFile(join(dataDir, 'broker/certificates/ca.crt'), 'utf8');

      const made = await hearth(env, 'backup');
      expect(made).toMatchObject({
        code: 0,
        out: expect.stringContaining('was restored for proof: 50 readings'),
      });
      // It looks a few times a second: of short steps it tells some.
      expect(made.err).toMatch(
        /^(sealing readings|copying and encrypting|restoring it for proof|verifying what came out) …$/m,
      );
      expect((await running.backups()).state).toBe('good');
      expect((await running.call('GET', '/api/health')).backup.state).toBe('good');
      const shown = await running.call('POST', '/api/backups/key');
      expect((await hearth(env, 'key')).out).toContain(shown.secret);
      await writeFile(keptKey, `${shown.secret}\n`);
    }
    await rm(dataDir, { recursive: true });

    const [id] = await readdir(target);
    const restored = await hearth(env, 'restore', join(target, id!), '--key', keptKey);
    expect(restored).toMatchObject({
      code: 0,
      out: expect.stringContaining('50 readings in 1 series of 1 devices'),
    });
    expect(await readFile(join(dataDir, 'broker/certificates/ca.crt'), 'utf8')).toBe(authority);

    await using again = await startHearth(env);
    await again.call('POST', '/api/session', owner);
    expect(await again.call('GET', chart())).toEqual(before);
    expect((await again.call('GET', '/api/devices/bath')).encryption).toMatchObject({ keyId: 1 });
    await live({ ...credential, brokerUrl: again.brokerUrl }, 2);
    await expect
      .poll(async () => (await again.call('GET', '/api/devices/hall')).device.latest.temperature?.at, patient)
      .toBe(at + 2 * 600_000 + 500_000);
    const next = await hearth(env, 'backup');
    expect(next).toMatchObject({ code: 0, out: expect.stringContaining('100 readings') });
  },
);

test(
  'an api that is killed amid a backup leaves none that looks good, and makes it anew',
  { timeout: 300_000 },
  async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-disaster-'));
    const dataDir = join(folder.path, 'data');
    const env = { HEARTH_DATA_DIR: dataDir, HEARTH_DEMO: 'off' };
    const target = join(dataDir, 'backups');
    {
      await using running = await startHearth(env);
      expect(await hearth(env, 'backup')).toMatchObject({
        code: 1,
        err: expect.stringContaining('Hearth has no owner yet'),
      });
      expect((await hearth(env, 'verify')).out).toMatch(/^Nothing in .* is sealed yet: /);
      await running.setUp();
      await running.call('POST', '/api/backups');
      await expect
        .poll(async () => (await running.backups()).running?.step, { ...patient, interval: 5 })
        .toBe('copying');
      await running.api.kill();
      expect((await hearth(env, 'backups')).out).toContain('There are no backups.');
    }
    await using running = await startHearth(env);
    await running.call('POST', '/api/session', owner);
    await expect.poll(() => readdir(target), patient).toEqual([]);
    expect(existsSync(join(dataDir, 'backup-scratch'))).toBe(false);
    expect(await hearth(env, 'backup')).toMatchObject({ code: 0 });
    expect(await readdir(target)).toHaveLength(1);
  },
);

test(
  'the command line verifies readings, a file and a backup, and says what that does not prove',
  { timeout: 300_000 },
  async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-disaster-'));
    const dataDir = join(folder.path, 'data');
    const env = { HEARTH_DATA_DIR: dataDir, HEARTH_DEMO: 'off' };
    await using running = await startHearth(env);
    await running.setUp();
    await live(await running.call('POST', '/api/devices', { id: 'hall' }), 1);
    await expect
      .poll(
        async () => (await running.call('GET', '/api/devices/hall')).device.latest.temperature?.at,
        patient,
      )
      .toBe(at + 600_000 + 500_000);
    expect(await hearth(env, 'backup')).toMatchObject({ code: 0 });

    const verified = await hearth(env, 'verify');
    expect(verified).toMatchObject({ code: 0, err: '' });
    expect(verified.out).toMatch(
      /^Verified 50 readings in 1 blocks .*: all is as it was sealed\.\nDigest: [0-9a-f]{64}\n\nWhat this does not prove: /,
    );
    const digest = /Digest: (\w+)/.exec(verified.out)![1]!;
    expect((await hearth(env, 'verify', '--digest', digest)).out).toContain('and 1 kept before found again');
    const foreign = await hearth(env, 'verify', '--digest', 'ab'.repeat(32));
    expect(foreign).toMatchObject({
      code: 1,
      out: expect.stringContaining('is not in the chain: what was sealed before it was changed'),
    });

    const { folder: target, backups } = await running.backups();
    const backup = join(target, backups[0]!.id);
    expect(await hearth(env, 'verify', backup)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/is good: \d+ files .* come out as they went in, 50 readings among them/),
    });
    const copy = join(folder.path, backups[0]!.id);
    await cp(backup, copy, { recursive: true });
    const path = join(copy, 'readings.db.age');
    const bytes = await readFile(path);
    bytes[(await stat(path)).size - 100]! ^= 1;
    await writeFile(path, bytes);
    expect(await hearth(env, 'verify', copy)).toMatchObject({
      code: 1,
      out: `${copy} is not good: readings.db.age was changed: its SHA-256 is not that of the manifest\n`,
    });
    const refused = await hearth(env, 'restore', copy);
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('stop Hearth first') });
    expect(await hearth(env, 'verify', join(folder.path, 'none'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be verified'),
    });
    expect(await hearth(env, 'dance')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no verb dance'),
    });
  },
);
