import type { DeviceCredential } from '@hearth/contract';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../stack.ts';
import { isInstalled, run, skipReason, start, type Ended } from './programs.ts';

const { isSkipped, note } = skipReason(
  isInstalled('mosquitto_pub') && isInstalled('mosquitto_sub') ? null : 'mosquitto-clients is not installed',
);

/** For facts that a busy machine takes its time for. */
const patient = { timeout: 10_000 };

const about = {
  contract: 1,
  maker: 'Me',
  model: 'Bench',
  kind: 'sensor',
  firmware: '0.1',
  quantities: { temperature: { unit: '°C', resolution: 0.1, periodMs: 60_000 } },
  commands: { get: true },
};

/** The commands of the guide, block by block as they stand there: a reading, its receipt, the loop that answers. */
const guide = readFileSync(join(import.meta.dirname, '../../docs/device-makers.md'), 'utf8');
const [firstReading = '', receipt = '', answerLoop = ''] = Array.from(
  guide.matchAll(/```sh\n(.*?)```/gs),
  ([, block]) => block!,
);
/** The line that a person fills in. */
const filledIn = /^HOST=.*$/m;

describe.skipIf(isSkipped)(`mosquitto_pub and mosquitto_sub as a device${note}`, () => {
  let stack: Stack;
  beforeAll(async () => void (stack = await startStack()));
  afterAll(() => stack?.[Symbol.asyncDispose]());

  const topicOf = ({ home, id }: DeviceCredential, kind: string): string => `hearth/v1/${home}/${id}/${kind}`;
  const as = ({ id, secret }: DeviceCredential): string[] =>
    `-h 127.0.0.1 -p ${stack.mqttPort} -i ${id} -u ${id} -P ${secret} -q 1`.split(' ');
  const say = (device: DeviceCredential, kind: string, payload: unknown, ...more: string[]): Promise<Ended> =>
    run('mosquitto_pub', [
      ...as(device),
      '-t',
      topicOf(device, kind),
      '-m',
      JSON.stringify(payload),
      ...more,
    ]);

  async function comeOnline(id: string): Promise<DeviceCredential> {
    const device = await stack.addDevice(id);
    expect(await say(device, 'about', about, '-r')).toEqual({ code: 0, output: '' });
    expect(await say(device, 'status', { online: true, boot: 1, conn: 1 }, '-r')).toMatchObject({ code: 0 });
    return device;
  }

  it('shows what was published, offline again after each command, and gives a receipt for it', async () => {
    const device = await comeOnline('bench-sensor');
    const at = Date.now();
    await say(device, 'reading', { boot: 1, seq: 1, at, values: { temperature: 20.6 } }, '-r');

    await expect
      .poll(async () => (await stack.api('device', { params: { id: device.id } })).device, patient)
      .toMatchObject({ isOnline: false, about, latest: { temperature: { value: 20.6, at, isLate: false } } });
    const once = ['-t', topicOf(device, 'receipt'), '-C', '1', '-W', '5'];
    expect(await run('mosquitto_sub', [...as(device), ...once])).toEqual({
      code: 0,
      output: '{"boot":1,"seq":1}\n',
    });
  });

  it('follows the guide step by step, after a try by hand: first reading, receipt, questions', async () => {
    const device = await stack.addDevice('guide-sensor');
    const { id, secret, home } = device;
    const byHand = { boot: 0, seq: 1, at: Date.now() - 5000, values: { temperature: 20.6 } };
    await say(device, 'reading', byHand);
    const own = `HOST=127.0.0.1 PORT=${stack.mqttPort} HOME_ID=${home} ID=${id} SECRET=${secret}`;
    expect(firstReading).toMatch(filledIn);
    const filled = firstReading.replace(filledIn, own);
    const heard = await run('sh', ['-c', `${filled}\n${receipt}`]);
    expect(heard.output).toMatch(/(^|\n)\{"boot":1,"seq":1\}\nTimed out\n$/);
    await expect
      .poll(async () => (await stack.api('device', { params: { id } })).device, patient)
      .toMatchObject({ about, isOnline: false, latest: { temperature: { value: 20.6 } } });

    const [names = '', say_ = ''] = [/^(?:HOST|TOPIC)=.*$/gm, /^say\(\).*$/gm].map((lines) =>
      filled.match(lines)?.join('\n'),
    );
    await using loop = start('sh', ['-c', `${names}\n${say_}\n${answerLoop}`]);
    for (let n = 0; n < 2; n++)
      await expect
        .poll(() => stack.api('ask', { params: { id }, body: {} }), { timeout: 15_000 })
        .toMatchObject({ outcome: 'answered', values: { temperature: 20.7 }, source: 'device' });
    expect(loop.output()).toBe('');
    expect((await stack.api('device', { params: { id } })).rejected).toEqual([]);
  });

  it('explains on the device’s page why a payload was not taken', async () => {
    const device = await comeOnline('wrong-sensor');
    const reading = { boot: 1, seq: 1, at: Date.now(), values: { temperature: '20.6' } };
    expect(await say(device, 'reading', reading)).toMatchObject({ code: 0 });

    await expect
      .poll(async () => (await stack.api('device', { params: { id: device.id } })).rejected, patient)
      .toMatchObject([{ topic: topicOf(device, 'reading'), path: '/values/temperature', got: '"20.6"' }]);
    const { device: shown } = await stack.api('device', { params: { id: device.id } });
    expect(shown.latest).toEqual({});
  });

  it('is not let in with a wrong password, or with the id of another', async () => {
    const device = await stack.addDevice('locked-sensor');
    const other = await stack.addDevice('other-sensor');
    const wrong = await say({ ...device, secret: 'guess' }, 'about', about);
    expect(wrong.code).not.toBe(0);
    expect(wrong.output).toMatch(/not authori[sz]ed|bad user ?name/i);
    const borrowed = await run('mosquitto_pub', [...as(device), '-i', other.id, '-t', 'x', '-m', 'x']);
    expect(borrowed.code).not.toBe(0);
  });

  it('may not publish or subscribe to topics of another', async () => {
    const device = await comeOnline('nosy-sensor');
    const other = await comeOnline('quiet-sensor');
    const reading = { boot: 1, seq: 1, at: Date.now(), values: { temperature: 30 } };
    await run('mosquitto_pub', [
      ...as(device),
      '-t',
      topicOf(other, 'reading'),
      '-m',
      JSON.stringify(reading),
    ]);
    for (const filter of [topicOf(other, 'request'), 'hearth/v1/#', '#']) {
      const heard = await run('mosquitto_sub', [...as(device), '-t', filter, '-C', '1', '-W', '5']);
      expect(heard.output, filter).toMatch(/denied|rejected/i);
    }

    await expect
      .poll(async () => (await stack.api('device', { params: { id: device.id } })).rejected, patient)
      .toContainEqual(expect.objectContaining({ rule: 'foreign-topic' }));
    expect((await stack.api('device', { params: { id: other.id } })).device.latest).toEqual({});
  });
});
