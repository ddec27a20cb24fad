import { gatewayTopics } from '@hearth/adapters';
import type { Device, Speaks } from '@hearth/contract';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { home, soon, startTestBridge, type TestBridge } from './test-bridge.ts';

// Messages written from the documentation of each software, over our broker, by a gateway with its own credential.

let rig: TestBridge;
const parts = new AsyncDisposableStack();
beforeAll(async () => {
  rig = parts.use(await startTestBridge({ commandTiming: { retryMs: 1000, unconfirmedMs: 5000 } }));
}, 30_000);
afterAll(() => parts.disposeAsync());

/** Somebody else's software at our broker, with what it was told. */
async function connect(speaks: Speaks, id: string, base?: string) {
  await rig.bridge.control.add([
    { id, role: 'gateway', home, secret: id, topics: gatewayTopics(speaks, id, base) },
  ]);
  const client = await mqtt.connectAsync(rig.broker.address.mqttUrl, {
    clientId: `${id}-client`,
    username: id,
    password: id,
  });
  parts.defer(() => client.endAsync(true));
  const told: [topic: string, payload: string][] = [];
  let answer = (_topic: string, _payload: string): void => {};
  client.on('message', (topic, payload) => {
    told.push([topic, payload.toString()]);
    answer(topic, payload.toString());
  });
  return {
    client,
    told,
    say: (topic: string, payload: unknown, retain = false) =>
      client.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), {
        qos: 1,
        retain,
      }),
    hear: (topic: string) => client.subscribeAsync(topic, { qos: 1 }),
    answers(how: typeof answer) {
      answer = how;
    },
  };
}

const device = (id: string): Device | undefined => rig.devices.get(id);
const latest = (id: string) => device(id)?.latest;

describe('what announces itself as Home Assistant has it', () => {
  const id = 'ha-livingroom-climate';
  const config = {
    unique_id: 'livingroom_climate',
    current_temperature_topic: 'esp/livingroom/current',
    temperature_state_topic: 'esp/livingroom/target',
    temperature_command_topic: 'esp/livingroom/target/set',
    min_temp: 5,
    max_temp: 28,
    temp_step: 0.5,
    availability_topic: 'esp/livingroom/status',
    device: { identifiers: ['livingroom_climate'], name: 'Living room' },
  };

  test('may announce nothing but below its own name', async () => {
    const { client } = await connect('discovery', 'esp', 'esp/livingroom');
    const closed = new Promise((resolve) => client.once('close', () => resolve(null)));
    client.publish('homeassistant/climate/esp/livingroom/config', JSON.stringify(config), { qos: 0 });
    await closed;
    await client.endAsync(true);
    expect(device(id)).toBeUndefined();
  });

  test('is read, set within its limits and confirmed by its own report; it cannot be asked', async () => {
    const esp = await connect('discovery', 'livingroom');
    const named = JSON.parse(JSON.stringify(config).replaceAll('esp/livingroom', 'livingroom')) as object;
    await esp.hear('livingroom/target/set');
    await esp.say('livingroom/status', 'online', true);
    await esp.say('livingroom/current', '19.0', true);
    await esp.say('homeassistant/climate/livingroom/thermostat/config', named, true);
    await expect
      .poll(() => device(id), soon)
      .toMatchObject({ name: 'Living room', source: 'homeassistant', isOnline: true, ask: 'none' });
    // What the broker had kept is of no known age.
    expect(latest(id)).toEqual({});
    await esp.say('livingroom/current', '20.5', true);
    await expect.poll(() => latest(id)?.temperature?.value, soon).toBe(20.5);
    expect(await rig.bridge.ask(device(id)!, {})).toMatchObject({
      outcome: 'refused',
      code: 'cannot-be-asked',
    });

    await expect(rig.bridge.setSetpoint(device(id)!, 99, 'Ann')).rejects.toThrow('5 to 28');
    expect(esp.told).toEqual([]);
    const command = await rig.bridge.setSetpoint(device(id)!, 21.5, 'Ann');
    await expect.poll(() => esp.told, soon).toEqual([['livingroom/target/set', '21.5']]);
    expect(device(id)?.command).toMatchObject({ id: command.id, state: 'waiting' });
    await esp.say('livingroom/target', '21.5', true);
    await expect.poll(() => device(id)?.command?.state, soon).toBe('confirmed');

    await esp.say('livingroom/status', 'offline', true);
    await expect.poll(() => device(id)?.isOnline, soon).toBe(false);
    await expect(rig.bridge.setSetpoint(device(id)!, 20, 'Ann')).rejects.toThrow('not connected');
  });

  test('is known again after a start of ours, with no reading that is not one', async () => {
    const before = latest(id)?.temperature?.at;
    await rig.restartBridge();
    await expect.poll(() => device(id)?.isOnline, soon).toBe(false);
    expect(latest(id)?.temperature?.at).toBe(before);
  });
});

test('a house full of announcements at once is heard whole', async () => {
  const many = await connect('discovery', 'many');
  const numbers = Array.from({ length: 120 }, (_, i) => i);
  const sensor = (i: number, kind: string, unit: string) => ({
    device_class: kind,
    unit_of_measurement: unit,
    unique_id: `many-${i}-${kind}`,
    state_topic: `many/${i}/${kind}`,
    device: { identifiers: [`many-${i}`] },
  });
  for (const i of numbers) {
    await many.say(`homeassistant/sensor/many/${i}t/config`, sensor(i, 'temperature', '°C'), true);
    await many.say(`homeassistant/sensor/many/${i}h/config`, sensor(i, 'humidity', '%'), true);
  }
  // Heard a moment after the last announcement; until then what it says is nobody's.
  const heard = () =>
    rig.devices.list().filter((each) => each.latest.temperature && each.id.startsWith('ha-many'));
  await expect
    .poll(async () => {
      for (const i of numbers) await many.say(`many/${i}/temperature`, String(20 + (i % 10) / 10));
      return heard().length;
    }, soon)
    .toBe(numbers.length);
}, 40_000);

describe('Zigbee2MQTT', () => {
  const id = 'z2m-0x00124b0000000001';
  const numeric = (name: string, access: number, rest: object = {}) => ({
    type: 'numeric',
    name,
    property: name,
    access,
    unit: '°C',
    ...rest,
  });
  const limits = { value_min: 4, value_max: 35, value_step: 0.5 };
  const valve = {
    ieee_address: '0x00124b0000000001',
    friendly_name: 'livingroom/trv',
    power_source: 'Battery',
    definition: {
      model: 'TRVZB',
      vendor: 'SONOFF',
      exposes: [
        {
          type: 'climate',
          features: [numeric('local_temperature', 5), numeric('occupied_heating_setpoint', 7, limits)],
        },
        { ...numeric('battery', 1), unit: '%' },
      ],
    },
  };

  test('is read, asked by /get, set by /set within limits, and away with its bridge', async () => {
    const z2m = await connect('zigbee2mqtt', 'zigbee');
    const state = { local_temperature: 19.8, occupied_heating_setpoint: 20, battery: 80 };
    const topic = 'zigbee2mqtt/livingroom/trv';
    await z2m.hear(`${topic}/get`);
    await z2m.hear(`${topic}/set`);
    // A megabyte that the broker keeps, at each of our starts.
    await z2m.say('zigbee2mqtt/bridge/devices', '['.repeat(1_048_000), true);
    await z2m.say('zigbee2mqtt/bridge/state', { state: 'online' }, true);
    await z2m.say('zigbee2mqtt/bridge/devices', [valve], true);
    await z2m.say(`${topic}/availability`, { state: 'online' }, true);
    await expect
      .poll(() => device(id), soon)
      .toMatchObject({ source: 'zigbee2mqtt', ask: 'read', isOnline: true });
    await z2m.say(topic, state);
    await expect.poll(() => latest(id)?.temperature?.value, soon).toBe(19.8);

    const silent = await rig.bridge.ask(device(id)!, { quantities: ['temperature'], deadlineMs: 300 });
    expect(silent).toMatchObject({ outcome: 'timed-out' });
    z2m.answers((asked) => {
      if (asked.endsWith('/get')) void z2m.say(topic, { ...state, local_temperature: 20.1 });
    });
    expect(await rig.bridge.ask(device(id)!, { quantities: ['temperature'] })).toMatchObject({
      outcome: 'answered',
      values: { temperature: 20.1 },
      legs: { onDeviceMs: null },
    });
    expect(z2m.told).toContainEqual([`${topic}/get`, '{"local_temperature":""}']);
    const all = await rig.bridge.ask(device(id)!, {});
    expect(all, 'what was read first alone is known to be new').toMatchObject({
      outcome: 'answered',
      values: { temperature: 20.1 },
    });
    for (const old of ['setpoint', 'battery']) expect(all).not.toHaveProperty(`values.${old}`);

    await expect(rig.bridge.setSetpoint(device(id)!, 99, 'Ann')).rejects.toThrow('4 to 35');
    z2m.answers((asked, payload) => {
      if (asked.endsWith('/set')) void z2m.say(topic, { ...state, ...(JSON.parse(payload) as object) });
    });
    await rig.bridge.setSetpoint(device(id)!, 21.5, 'Ann');
    await expect.poll(() => device(id)?.command?.state, soon).toBe('confirmed');
    expect(z2m.told.at(-1)).toEqual([`${topic}/set`, '{"occupied_heating_setpoint":21.5}']);

    await z2m.say('zigbee2mqtt/bridge/state', { state: 'offline' }, true);
    await expect.poll(() => device(id)?.isOnline, soon).toBe(false);
    expect(await rig.bridge.ask(device(id)!, {})).toMatchObject({ outcome: 'not-connected' });
  });
});

describe('a Shelly of the second generation', () => {
  const prefix = 'shellywalldisplay-0008';
  const id = 'shelly-walldisplay-0008';
  const status = { id: 0, target_C: 20, current_C: 19.8, output: false };

  test('is read, asked by RPC with our id, set and confirmed by its report, and may refuse', async () => {
    const display = await connect('shelly', prefix);
    const notify = (values: object) =>
      display.say(`${prefix}/events/rpc`, {
        src: prefix,
        dst: `${prefix}/events`,
        method: 'NotifyStatus',
        params: { ts: Date.now() / 1000, 'thermostat:0': { ...status, ...values } },
      });
    await display.hear(`${prefix}/rpc`);
    await display.say(`${prefix}/online`, 'true', true);
    await notify({});
    await expect.poll(() => latest(id)?.temperature?.value, soon).toBe(19.8);
    expect(device(id)).toMatchObject({ source: 'shelly', ask: 'rpc', isOnline: true });

    display.answers((_, payload) => {
      const { id: request, src, method } = JSON.parse(payload) as { id: string; src: string; method: string };
      const isAsked = method === 'Thermostat.GetStatus';
      const result = isAsked ? { ...status, current_C: 20.2 } : { restart_required: false };
      void display.say(`${src}/rpc`, { id: request, src: prefix, dst: src, result });
      if (!isAsked) void notify({ target_C: 21.5 });
    });
    const asked = rig.bridge.ask(device(id)!, { quantities: ['temperature'] });
    expect(await asked).toMatchObject({ outcome: 'answered', values: { temperature: 20.2 } });

    await expect(rig.bridge.setSetpoint(device(id)!, 36, 'Ann')).rejects.toThrow('5 to 35');
    await rig.bridge.setSetpoint(device(id)!, 21.5, 'Ann');
    await expect.poll(() => device(id)?.command?.state, soon).toBe('confirmed');

    display.answers((_, payload) => {
      const { id: request, src } = JSON.parse(payload) as { id: string; src: string };
      void display.say(`${src}/rpc`, { id: request, error: { code: -105, message: 'no thermostat' } });
    });
    expect(await rig.bridge.ask(device(id)!, {})).toMatchObject({
      outcome: 'refused',
      detail: 'no thermostat',
    });
    await rig.bridge.setSetpoint(device(id)!, 22, 'Ann');
    await expect
      .poll(() => device(id)?.command, soon)
      .toMatchObject({ state: 'refused', refusal: { detail: 'no thermostat' } });

    // After a start it says one thing of itself, and is still what it was.
    await rig.restartBridge();
    const humidity = { method: 'NotifyStatus', params: { ts: Date.now() / 1000, 'humidity:0': { rh: 41 } } };
    await expect
      .poll(async () => {
        await display.say(`${prefix}/events/rpc`, humidity);
        return device(id)?.about?.quantities.humidity;
      }, soon)
      .toBeDefined();
    expect(device(id)?.about).toMatchObject({ kind: 'thermostat', commands: { get: true, set: {} } });
  });
});

describe('a Shelly of the first generation', () => {
  test('has a valve that is told to update, and set; and a sensor that sleeps', async () => {
    const trv = await connect('shelly-gen1', 'shellytrv-60a423');
    const [topic, id] = ['shellies/shellytrv-60a423', 'shelly-trv-60a423'];
    const status = (temperature: number, target: number) =>
      trv.say(`${topic}/status`, {
        target_t: { value: target },
        tmp: { value: temperature, is_valid: true },
        bat: 90,
      });
    await trv.hear(`${topic}/#`);
    await trv.say(`${topic}/online`, 'true', true);
    await status(19.5, 20);
    await expect
      .poll(() => device(id), soon)
      .toMatchObject({ source: 'shelly-gen1', ask: 'read', isOnline: true });
    trv.answers((told, payload) => {
      if (told === `${topic}/command` && payload === 'update') void status(19.7, 20);
      if (told === `${topic}/thermostat/0/command/target_t`) void status(19.7, Number(payload));
    });
    expect(await rig.bridge.ask(device(id)!, { quantities: ['temperature'] })).toMatchObject({
      outcome: 'answered',
      values: { temperature: 19.7 },
    });
    await expect(rig.bridge.setSetpoint(device(id)!, 31, 'Ann')).rejects.toThrow('5 to 30');
    await rig.bridge.setSetpoint(device(id)!, 21, 'Ann');
    await expect.poll(() => device(id)?.command?.state, soon).toBe('confirmed');

    const ht = await connect('shelly-gen1', 'shellyht-f3b2a1');
    await ht.say('shellies/shellyht-f3b2a1/sensor/temperature', '18.5');
    await expect.poll(() => latest('shelly-ht-f3b2a1')?.temperature?.value, soon).toBe(18.5);
    expect(await rig.bridge.ask(device('shelly-ht-f3b2a1')!, {})).toMatchObject({
      outcome: 'refused',
      code: 'cannot-be-asked',
    });
  });
});

describe('Tasmota', () => {
  const id = 'tasmota-c8631478a1b2';
  const config = {
    dn: 'Cellar',
    md: 'Sonoff TH',
    sw: '14.1.0',
    t: 'tasmota_A1B2C3',
    ft: '%prefix%/%topic%/',
    tp: ['cmnd', 'stat', 'tele'],
  };
  const report = (temperature: number, target: number) => ({
    Time: '2026-11-22T18:55:01',
    DS18B20: { Temperature: temperature },
    Thermostat0: { TempTargetSet: target },
    TempUnit: 'C',
  });

  test('is read, asked for its status, set and confirmed, and away by its will', async () => {
    const cellar = await connect('tasmota', 'cellar', 'tasmota_A1B2C3');
    await cellar.hear('cmnd/tasmota_A1B2C3/#');
    await cellar.say('tele/tasmota_A1B2C3/LWT', 'Online', true);
    await cellar.say('tasmota/discovery/C8631478A1B2/config', config, true);
    await cellar.say('tasmota/discovery/C8631478A1B2/sensors', { sn: report(0, 20) }, true);
    await expect
      .poll(() => device(id), soon)
      .toMatchObject({ source: 'tasmota', ask: 'read', isOnline: true, latest: {} });
    cellar.answers((topic, payload) => {
      if (topic.endsWith('/STATUS'))
        void cellar.say('stat/tasmota_A1B2C3/STATUS8', { StatusSNS: report(20.9, 20) });
      else void cellar.say('stat/tasmota_A1B2C3/RESULT', { TempTargetSet1: payload });
    });
    expect(await rig.bridge.ask(device(id)!, { quantities: ['temperature'] })).toMatchObject({
      outcome: 'answered',
      values: { temperature: 20.9 },
    });
    await expect(rig.bridge.setSetpoint(device(id)!, 31, 'Ann')).rejects.toThrow('5 to 30');
    await rig.bridge.setSetpoint(device(id)!, 21, 'Ann');
    await expect.poll(() => device(id)?.command?.state, soon).toBe('confirmed');
    expect(cellar.told.at(-1)).toEqual(['cmnd/tasmota_A1B2C3/TEMPTARGETSET', '21']);
    await cellar.say('tele/tasmota_A1B2C3/LWT', 'Offline', true);
    await expect.poll(() => device(id)?.isOnline, soon).toBe(false);
  });
});

describe('EMS-ESP, found by discovery', () => {
  const id = 'ha-ems-thermostat';
  const config = {
    '~': 'ems-esp',
    uniq_id: 'thermostat_hc1',
    curr_temp_t: '~/thermostat_data',
    curr_temp_tpl: '{{value_json.hc1.currtemp if value_json.hc1.currtemp is defined else 0}}',
    temp_stat_t: '~/thermostat_data',
    temp_stat_tpl: '{{value_json.hc1.seltemp if value_json.hc1.seltemp is defined else 0}}',
    temp_cmd_t: '~/thermostat/hc1/seltemp',
    min_temp: '5',
    max_temp: '30',
    temp_step: '0.5',
    avty: [
      { t: '~/status' },
      {
        t: '~/thermostat_data',
        val_tpl: "{{'online' if value_json.hc1.currtemp is defined else 'offline'}}",
      },
    ],
    avty_mode: 'all',
    dev: { ids: ['ems-thermostat'], name: 'Thermostat' },
  };

  test('is read, asked by name, told what went wrong, set and confirmed', async () => {
    const ems = await connect('discovery', 'ems', 'ems-esp');
    const state = (currtemp: number, seltemp: number) => ({ hc1: { currtemp, seltemp } });
    await ems.hear('ems-esp/#');
    await ems.say('ems-esp/status', 'online', true);
    await ems.say('homeassistant/climate/ems-esp/thermostat_hc1/config', config, true);
    await expect.poll(() => device(id)?.ask, soon).toBe('read');
    await ems.say('ems-esp/thermostat_data', { dhw: {} });
    await ems.say('ems-esp/thermostat_data', { hc1: {} });
    await ems.say('ems-esp/thermostat_data', state(20.5, 20));
    await expect.poll(() => latest(id)?.temperature?.value, soon).toBe(20.5);
    const stored = rig.events.flatMap(({ event, data }) =>
      event === 'reading' && data.deviceId === id ? [data.latest.temperature?.value] : [],
    );
    expect(stored, 'no zero in between').toEqual([20.5]);
    expect(device(id)?.isOnline).toBe(true);
    ems.answers((topic, payload) => {
      if (topic === 'ems-esp/thermostat/currtemp')
        void ems.say('ems-esp/response', { name: 'currtemp', circuit: 'hc1', value: 20.7 });
      if (topic === 'ems-esp/thermostat/hc1/seltemp')
        void ems.say('ems-esp/thermostat_data', state(20.7, Number(payload)));
    });
    expect(await rig.bridge.ask(device(id)!, { quantities: ['temperature'] })).toMatchObject({
      outcome: 'answered',
      values: { temperature: 20.7 },
    });
    await expect(rig.bridge.setSetpoint(device(id)!, 31, 'Ann')).rejects.toThrow('5 to 30');
    await rig.bridge.setSetpoint(device(id)!, 21, 'Ann');
    await expect.poll(() => device(id)?.command?.state, soon).toBe('confirmed');
    ems.answers((topic) => {
      if (topic === 'ems-esp/thermostat/currtemp')
        void ems.say('ems-esp/response', 'MQTT command failed with error (Not Found)');
    });
    expect(await rig.bridge.ask(device(id)!, { quantities: ['temperature'] })).toMatchObject({
      outcome: 'refused',
    });
  });
});
