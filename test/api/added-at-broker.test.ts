import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deviceTopic } from '@hearth/contract';
import mqtt from 'mqtt';
import { expect, test } from 'vitest';
import { startPart } from '../processes.ts';
import { startStack, type Stack } from '../stack.ts';

const program = fileURLToPath(new URL('../../apps/broker/src/cli/hearth-broker.ts', import.meta.url));

/** Runs the broker's command line in a data folder; gives what it prints. */
async function hearthBroker(
  { dataDir }: Pick<Stack, 'dataDir'>,
  ...args: string[]
): Promise<{ secret: string }> {
  const env = { ...process.env, HEARTH_DATA_DIR: dataDir, NODE_OPTIONS: '' };
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, '--json'], { env });
  return JSON.parse(stdout) as { secret: string };
}

test(
  'a device that the command line added is shown at once as never heard, and then by what it says',
  { timeout: 60_000 },
  async () => {
    await using stack = await startStack();
    const { secret } = await hearthBroker(stack, 'add', 'bench');
    const bench = async () => (await stack.api('devices')).find(({ id }) => id === 'bench');
    await expect.poll(bench).toMatchObject({ role: 'device', about: null, lastMessageAt: null, latest: {} });

    const login = { clientId: 'bench', username: 'bench', password: secret, reconnectPeriod: 0 } as const;
    const client = await mqtt.connectAsync(stack.mqttUrl, login);
    const reading = { boot: 1, seq: 1, at: Date.now(), values: { temperature: 20.6 } };
    await client.publishAsync(deviceTopic('home', 'bench', 'reading'), JSON.stringify(reading), {
      qos: 1,
      retain: true,
    });
    await expect.poll(bench).toMatchObject({ latest: { temperature: { value: 20.6 } } });
    await client.endAsync();

    // One that was removed is not shown again by what others do.
    await stack.api('removeDevice', { params: { id: 'bench' } });
    await hearthBroker(stack, 'add', 'radio', '--gateway', '--topics', 'rtl_433/#');
    await hearthBroker(stack, 'add', 'watcher', '--admin');
    await hearthBroker(stack, 'add', 'far', '--home', 'cabin');
    await expect
      .poll(async () => (await stack.api('devices')).map(({ id, role }) => [id, role]))
      .toEqual([['radio', 'gateway']]);
  },
);

test(
  'what such a device said while there was no api is heard when there is one',
  { timeout: 60_000 },
  async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-added-'));
    const env = { HEARTH_DATA_DIR: folder.path, HEARTH_LOG_LEVEL: 'fatal' };
    await using broker = await startPart('broker', env);
    const brokerUrl = broker.address['mqttUrl']!;
    const { secret } = await hearthBroker({ dataDir: folder.path }, 'add', 'bench');
    const login = { clientId: 'bench', username: 'bench', password: secret, reconnectPeriod: 0 } as const;
    const client = await mqtt.connectAsync(brokerUrl, login);
    const about = {
      contract: 1,
      maker: 'Acme',
      model: 'T1',
      kind: 'sensor',
      firmware: '1',
      quantities: { temperature: { unit: '°C' } },
      commands: {},
    };
    await client.publishAsync(deviceTopic('home', 'bench', 'about'), JSON.stringify(about), {
      qos: 1,
      retain: true,
    });
    await client.endAsync();
    await using stack = await startStack({ brokerUrl, env });
    await expect
      .poll(async () => (await stack.api('devices')).map(({ id, about: told }) => [id, told?.model]))
      .toEqual([['bench', 'T1']]);
  },
);
