import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceCredential } from '@hearth/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installSoftware } from '../../scripts/test/software.mjs';
import { startStack, type Stack } from '../stack.ts';
import { thermostatFlow } from './node-red/thermostat-flow.ts';
import { start, type Program } from './programs.ts';

/** Node-RED takes its time to start. */
const patient = { timeout: 30_000 };

/** Neither its editor nor anything else of it listens to the network. */
const settings = {
  flowFile: 'flows.json',
  credentialSecret: false,
  httpAdminRoot: false,
  httpNodeRoot: false,
  telemetry: { enabled: false, updateNotification: false },
  externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
};

describe('Node-RED from npm, with a flow that is a device', () => {
  let stack: Stack;
  let credential: DeviceCredential;
  let nodeRed: Program;

  const parts = new AsyncDisposableStack();
  beforeAll(async () => {
    const software = await installSoftware();
    const folder = await mkdtemp(join(tmpdir(), 'hearth-node-red-'));
    parts.defer(() => rm(folder, { recursive: true, force: true }));
    stack = parts.use(await startStack());
    credential = await stack.addDevice('flow-thermostat');
    const { id, secret } = credential;
    const files = {
      'settings.js': `module.exports = ${JSON.stringify(settings)};`,
      'flows.json': JSON.stringify(thermostatFlow(credential, stack.mqttPort)),
      'flows_cred.json': JSON.stringify({ broker: { user: id, password: secret } }),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const red = join(software, 'node_modules/node-red/red.js');
    const args = [red, '--userDir', folder, '--settings', join(folder, 'settings.js')];
    nodeRed = parts.use(start(process.execPath, args, { cwd: folder, env: { NODE_OPTIONS: '' } }));
  }, 300_000);
  afterAll(() => parts.disposeAsync());

  const detail = () => stack.api('device', { params: { id: credential.id } });
  const device = async () => (await detail()).device;

  it('is online with what it is and its readings', async () => {
    await expect.poll(device, patient).toMatchObject({
      isOnline: true,
      about: { model: 'Node-RED flow' },
      latest: { temperature: { value: 20.6, isLate: false }, setpoint: { value: 20 } },
    });
  });

  it('answers when it is asked now', async () => {
    expect(await stack.api('ask', { params: { id: credential.id }, body: {} })).toMatchObject({
      outcome: 'answered',
      values: { temperature: 20.7, setpoint: 20 },
      source: 'device',
    });
  });

  it('takes a setpoint, and confirms it by its next reading', async () => {
    await stack.api('setSetpoint', { params: { id: credential.id }, body: { setpoint: 21.5 } });
    await expect
      .poll(device, patient)
      .toMatchObject({ latest: { setpoint: { value: 21.5 } }, command: { state: 'confirmed' } });
  });

  it('is offline by its will when it is killed, and was refused nothing', async () => {
    await nodeRed.kill('SIGKILL');
    await expect.poll(device, patient).toMatchObject({ isOnline: false, counts: { missing: 0 } });
    expect((await detail()).rejected, nodeRed.output()).toEqual([]);
  });
});
