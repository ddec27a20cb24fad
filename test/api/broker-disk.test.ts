import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { expect, test } from 'vitest';
import { config as apiConfig, startApi } from '@hearth/api';
import { createLog, readConfig } from '@hearth/part';
import { startStack } from '../stack.ts';

test(
  'a full disk of the broker stands in the health, with what is kept and what to do, until there is space',
  { timeout: 60_000 },
  async (context) => {
    await using parts = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'hearth-disk-'));
    parts.defer(() => rmSync(folder, { recursive: true, force: true }));
    const disk = join(folder, 'broker');
    mkdirSync(disk);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status !== 0)
      context.skip('a tmpfs cannot be mounted here');
    parts.defer(() => void spawnSync('umount', [disk]));
    const stack = parts.use(await startStack({ env: { HEARTH_DATA_DIR: folder } }));
    const journal = async () => (await stack.api('health')).broker?.journal;
    await expect.poll(journal).toMatchObject({ state: 'ok', words: '' });
    expect((await stack.api('health')).status).toBe('ok');

    const { id, secret } = await stack.addDevice('radio', { role: 'gateway' });
    const filler = join(disk, 'filler');
    expect(() => writeFileSync(filler, Buffer.alloc(4_000_000))).toThrow('ENOSPC');
    const radio = mqtt.connect(stack.mqttUrl, {
      clientId: id,
      username: id,
      password: secret,
      reconnectPeriod: 0,
    });
    radio.on('error', () => {});
    parts.defer(() => radio.endAsync(true));
    await new Promise<void>((resolve) => radio.once('connect', () => resolve()));
    // Until one finds no place any more: it is not acknowledged, and its connection ends.
    const ended = new Promise<void>((resolve) => radio.once('close', () => resolve()));
    for (let i = 0; i < 200; i++)
      radio.publish(`rtl_433/${i}/devices/x`, Buffer.alloc(10_000, 'x'), { qos: 1, retain: true }, () => {});
    await ended;
    await expect.poll(journal).toMatchObject({
      state: 'full',
      since: expect.any(Number),
      words: expect.stringMatching(/disk of the broker is full.*kept.*Make space/),
    });
    expect(await stack.api('health')).toMatchObject({ status: 'degraded', broker: { isConnected: true } });

    // An api that starts now has a session for which the broker needs its disk.
    const next = join(folder, 'next');
    cpSync(join(disk, 'service-secret'), join(next, 'broker', 'service-secret'));
    const settings = readConfig(apiConfig, {
      HEARTH_DATA_DIR: next,
      HEARTH_BROKER_URL: stack.mqttUrl,
      HEARTH_HTTP_PORT: '0',
      HEARTH_DEMO: 'off',
    });
    const api = parts.use(await startApi(settings, createLog('test', 'fatal')));
    const told: (string | null)[] = [];
    api.onTrouble((trouble) => told.push(trouble));
    await expect.poll(() => told.at(-1)).toMatch(/broker is there and cannot write to its disk/);

    rmSync(filler);
    await expect.poll(() => told.at(-1), { timeout: 15_000 }).toBe(null);
    await expect.poll(journal).toMatchObject({ state: 'ok', words: '' });
    expect((await stack.api('health')).status).toBe('ok');
  },
);
