import { deviceTopic } from '@hearth/contract';
import { expect, test } from 'vitest';
import { startStack } from '../stack.ts';
import { connectDevice, sensor, startDevices } from './device.ts';
import { isSkipped, note, startMosquitto } from './mosquitto.ts';

const patient = { timeout: 15_000 };

test.skipIf(isSkipped)(
  `at a Mosquitto with files the answer says what to add, and with that the device is in${note}`,
  async () => {
    await using mosquitto = await startMosquitto({ access: 'by-hand' });
    await using stack = await startStack({ brokerUrl: mosquitto.url, env: mosquitto.env });
    const credential = await stack.addDevice('hall-sensor');
    const { passwordCommand, aclLines } = credential.brokerSetup!;
    expect(passwordCommand).toBe(
      `mosquitto_passwd -b /etc/mosquitto/passwd hall-sensor ${credential.secret}`,
    );
    expect(aclLines).toEqual([
      'user hall-sensor',
      ...['about', 'status', 'reading', 'response'].map(
        (kind) => `topic write hearth/v1/home/hall-sensor/${kind}`,
      ),
      ...['receipt', 'request'].map((kind) => `topic read hearth/v1/home/hall-sensor/${kind}`),
    ]);
    await expect(connectDevice(mosquitto, credential)).rejects.toThrow(/not authori[sz]ed/i);

    mosquitto.addByHand('hall-sensor', credential.secret, aclLines);
    await using fleet = startDevices(mosquitto, [credential]);
    await expect
      .poll(() => fleet.ledger.entries().some(({ isReceipted }) => isReceipted), patient)
      .toBe(true);
    const params = { id: 'hall-sensor' };
    expect(await stack.api('ask', { params, body: {} })).toMatchObject({ outcome: 'answered' });

    const gateway = await stack.addDevice('radio', { role: 'gateway' });
    expect(gateway.brokerSetup?.aclLines).toContain('topic readwrite rtl_433/#');
    await expect(stack.api('removeDevice', { params })).resolves.toBeNull();
  },
);

test.skipIf(isSkipped)(
  `a device that is removed leaves nothing behind at a Mosquitto with files${note}`,
  async () => {
    await using mosquitto = await startMosquitto({ access: 'by-hand' });
    await using stack = await startStack({ brokerUrl: mosquitto.url, env: mosquitto.env });
    const credential = await stack.addDevice('hall-sensor');
    mosquitto.addByHand('hall-sensor', credential.secret, credential.brokerSetup!.aclLines);
    const client = await connectDevice(mosquitto, credential);
    const topic = deviceTopic('home', 'hall-sensor', 'about');
    await client.publishAsync(topic, JSON.stringify(sensor), { qos: 1, retain: true });
    const params = { id: 'hall-sensor' };
    const about = async () => (await stack.api('device', { params })).device.about;
    await expect.poll(about, patient).toMatchObject({ model: 'S1' });
    await client.endAsync();
    await stack.api('removeDevice', { params });
    await stack.addDevice('hall-sensor');
    expect(await about()).toBeNull();
  },
);
