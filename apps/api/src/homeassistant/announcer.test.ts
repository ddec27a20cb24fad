import { gatewayTopics } from '@hearth/adapters';
import mqtt from 'mqtt';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reading, soon, startTestBridge, thermostat, home, type TestBridge } from '../bridge/test-bridge.ts';
import { testNotice } from '../alerts/notice.ts';
import { startAnnouncer, type Announcer } from './announcer.ts';
import { join } from 'node:path';

const log = pino({ level: 'silent' });
const configTopic = 'homeassistant/device/hearth-hall/config';

describe('a Home Assistant at the same broker', () => {
  let rig: TestBridge;
  let hall: Awaited<ReturnType<TestBridge['addDevice']>>;
  const heard = new Map<string, string>();
  const values: [string, string][] = [];
  let client: mqtt.MqttClient;
  const parts = new AsyncDisposableStack();
  let announcer: Announcer;
  const start = (isOn: boolean): Announcer => {
    const login = {
      brokerUrl: rig.broker.address.mqttUrl,
      user: 'hearth-api',
      passwordFile: join(rig.dataDir, 'broker', 'service-secret'),
    };
    return startAnnouncer({
      isOn,
      login,
      live: rig.live,
      devices: rig.devices,
      bridge: rig.bridge,
      log,
      now: Date.now,
      onConnected: () => {},
    });
  };

  beforeAll(async () => {
    rig = parts.use(await startTestBridge());
    hall = await rig.addDevice('hall', { ...thermostat, name: 'Hall' });
    await rig.addDevice('silent', null);
    await rig.bridge.control.add([
      {
        id: 'homeassistant',
        role: 'gateway',
        home,
        secret: 'ha',
        topics: gatewayTopics('home-assistant', 'homeassistant'),
      },
    ]);
    client = mqtt.connect(rig.broker.address.mqttUrl, {
      manualConnect: true,
      clientId: 'ha',
      username: 'homeassistant',
      password: 'ha',
    });
    client.on('message', (topic, payload) => {
      heard.set(topic, payload.toString());
      values.push([topic, payload.toString()]);
    });
    client.connect();
    parts.defer(() => client.endAsync(true));
    await client.subscribeAsync(['homeassistant/#', 'hearth/ha/#'], { qos: 1 });
  }, 30_000);
  afterAll(() => parts.disposeAsync());

  test('is told of each device that said what it is, with its limits and topics of its own', async () => {
    announcer = parts.use(start(true));
    await expect.poll(() => heard.get(configTopic), soon).toBeDefined();
    const config = JSON.parse(heard.get(configTopic)!) as { components: Record<string, object> };
    expect(config).toMatchObject({
      device: { identifiers: ['hearth_hall'], name: 'Hall', manufacturer: 'Test' },
      origin: { name: 'Hearth' },
      availability: [{ topic: 'hearth/ha/availability' }, { topic: 'hearth/ha/hall/availability' }],
      availability_mode: 'all',
    });
    expect(config.components).toMatchObject({
      temperature: {
        platform: 'sensor',
        device_class: 'temperature',
        state_topic: 'hearth/ha/hall/temperature',
        expire_after: 120,
      },
      thermostat: {
        platform: 'climate',
        min_temp: 5,
        max_temp: 30,
        temp_step: 0.5,
        temperature_command_topic: 'hearth/ha/hall/setpoint/set',
      },
    });
    expect(heard.get('hearth/ha/hall/availability')).toBe('online');
    expect(heard.get('hearth/ha/availability')).toBe('online');
    expect([...heard.keys()].some((topic) => topic.includes('silent'))).toBe(false);
  });

  test('has each reading as it is stored, and again when it starts, but nothing old', async () => {
    await hall.publish('reading', reading(1, { temperature: 20.5, setpoint: 20 }));
    await expect.poll(() => heard.get('hearth/ha/hall/temperature'), soon).toBe('20.5');
    await hall.publish('reading', reading(2, { humidity: 41 }, { at: Date.now() - 3_600_000 }));
    await expect.poll(() => heard.get('hearth/ha/hall/humidity'), soon).toBe('41');
    values.length = 0;
    await client.publishAsync('homeassistant/status', 'online', { qos: 1 });
    await expect.poll(() => values, soon).toContainEqual(['hearth/ha/hall/temperature', '20.5']);
    expect(values.map(([topic]) => topic)).not.toContain('hearth/ha/hall/humidity');
  });

  test('sets within the limits, as a person does, and hears what holds where it may not', async () => {
    hall.onRequest = ({ set }) =>
      void (set && hall.publish('reading', reading(3, { setpoint: set.setpoint })));
    await client.publishAsync('hearth/ha/hall/setpoint/set', '21.5', { qos: 1 });
    await expect.poll(() => heard.get('hearth/ha/hall/setpoint'), soon).toBe('21.5');
    expect(rig.devices.get('hall')?.command).toMatchObject({ requestedBy: 'Home Assistant', setpoint: 21.5 });
    for (const wrong of ['99', 'warm', '', '21.3']) {
      values.length = 0;
      await client.publishAsync('hearth/ha/hall/setpoint/set', wrong, { qos: 1 });
      await expect.poll(() => values, soon).toContainEqual(['hearth/ha/hall/setpoint', '21.5']);
    }
  });

  test('is told of an alert once, by an event with words that an automation can pass on', async () => {
    const own = JSON.parse(heard.get('homeassistant/device/hearth/config')!) as object;
    expect(own).toMatchObject({
      device: { identifiers: ['hearth'] },
      components: { alert: { platform: 'event', state_topic: 'hearth/ha/alert' } },
    });
    await announcer.tell(testNotice(Date.now()));
    await expect.poll(() => heard.get('hearth/ha/alert'), soon).toBeDefined();
    const event = JSON.parse(heard.get('hearth/ha/alert')!) as object;
    expect(event).toMatchObject({ event_type: 'test', title: 'Test: alerts of Hearth arrive here' });
    expect(own).toHaveProperty('components.alert.event_types', expect.arrayContaining(['test']));
    // Home Assistant passes over retained ones; whoever comes later is told of none.
    const later = await mqtt.connectAsync(rig.broker.address.mqttUrl, {
      clientId: 'later',
      username: 'homeassistant',
      password: 'ha',
    });
    const retained: string[] = [];
    later.on('message', (topic) => retained.push(topic));
    await later.subscribeAsync('hearth/ha/#', { qos: 1 });
    await expect.poll(() => retained, soon).toContain('hearth/ha/availability');
    expect(retained).not.toContain('hearth/ha/alert');
    await later.endAsync(true);
  });

  test('may touch nothing of what is between Hearth and its devices', async () => {
    const grants = await client
      .subscribeAsync('hearth/v1/#', { qos: 0 })
      .catch((error: Error) => error.message);
    expect(JSON.stringify(grants)).toMatch(/128|refused|error/i);
  });

  test('forgets a device that goes, and all of them when it is wanted no more', async () => {
    rig.devices.add({ id: 'attic', name: 'Attic', role: 'device', isDemo: false, source: 'contract' });
    rig.devices.note([{ kind: 'about', device: 'attic', about: thermostat }]);
    await expect
      .poll(() => heard.get('homeassistant/device/hearth-attic/config')?.length, soon)
      .toBeGreaterThan(100);
    rig.devices.remove(['attic']);
    await expect.poll(() => heard.get('homeassistant/device/hearth-attic/config'), soon).toBe('');
    await using off = start(false);
    expect(off).toBeDefined();
    await expect.poll(() => heard.get(configTopic), soon).toBe('');
    await expect.poll(() => heard.get('homeassistant/device/hearth/config'), soon).toBe('');
  });
});
