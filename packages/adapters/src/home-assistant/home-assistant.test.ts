import { DeviceId, parseMessage } from '@hearth/contract';
import * as fc from 'fast-check';
import { Check } from 'typebox/value';
import { beforeEach, describe, expect, it } from 'vitest';
import { openTest, receivedAt } from '../test-session.ts';
import { readTrace } from '../test-traces.ts';
import { homeAssistant } from './home-assistant.ts';

// Where these messages are from stands in the traces.
const ems = readTrace('ems-esp');
const emsThermostat = ems.payload('thermostat');
const emsTopic = 'homeassistant/climate/ems-esp/thermostat_hc1/config';
const emsId = 'ha-ems-esp-thermostat';
const emsData = ems.payload('state') as { hc1: object };

const espHome = readTrace('esphome');
const espSensor = (name: 'temperature' | 'humidity', extra: object) => ({
  ...espHome.payload(name),
  ...extra,
});

let test = openTest(homeAssistant);
beforeEach(() => void (test = openTest(homeAssistant)));

describe('a thermostat by discovery', () => {
  beforeEach(() => {
    expect(test.hear(emsTopic, emsThermostat, { isRetained: true })).toEqual([]);
  });

  it('is to be heard where it says that its states are', () => {
    expect([...test.session.topics!]).toEqual([
      'ems-esp/thermostat_data',
      'ems-esp/status',
      'ems-esp/response',
    ]);
  });

  it('has what it is, its values and its limits, with short names and a base topic', () => {
    test.hear('ems-esp/status', 'online', { isRetained: true });
    expect(test.hear('ems-esp/thermostat_data', emsData)).toEqual([
      {
        kind: 'heard',
        device: {
          id: emsId,
          name: 'EMS-ESP Thermostat',
          about: {
            contract: 1,
            maker: 'Buderus',
            model: 'RC35',
            kind: 'thermostat',
            firmware: '3.7.2',
            quantities: {
              temperature: { unit: '°C', resolution: 0.01 },
              setpoint: { unit: '°C', resolution: 0.01, periodMs: 86_400_000 },
              mode: { periodMs: 86_400_000 },
            },
            commands: { get: true, set: { setpoint: { min: 5, max: 30, step: 0.5 } } },
          },
        },
        arrival: { at: receivedAt, values: { temperature: 20.7, setpoint: 23, mode: 'auto' } },
      },
      { kind: 'presence', device: emsId, isOnline: true },
    ]);
  });

  it('says nothing while it is not there, whatever its templates come to', () => {
    test.hear('ems-esp/status', 'online', { isRetained: true });
    const said = test.hear('ems-esp/thermostat_data', { dhw: {} });
    expect(said.every((each) => each.kind !== 'heard' || each.arrival === undefined)).toBe(true);
    expect(said).toContainEqual({ kind: 'presence', device: emsId, isOnline: false });
    expect(test.values('ems-esp/thermostat_data', emsData)).toHaveProperty(emsId);
    test.hear('ems-esp/status', 'offline');
    expect(test.values('ems-esp/thermostat_data', emsData)).toEqual({});
  });

  it('has no reading from a state that the broker kept', () => {
    test.hear('ems-esp/status', 'online', { isRetained: true });
    const [heard] = test.hear('ems-esp/thermostat_data', emsData, { isRetained: true });
    expect(heard).toMatchObject({ kind: 'heard', device: { id: emsId } });
    expect(heard).not.toHaveProperty('arrival');
  });

  it('takes a setpoint where it says, and none when it is announced no more', () => {
    expect(test.session.set!(emsId, 21.5, 'c-1')).toEqual([
      { topic: 'ems-esp/thermostat/hc1/seltemp', payload: '21.5' },
    ]);
    test.hear(emsTopic, '');
    expect(test.session.set!(emsId, 21.5, 'c-1')).toBeNull();
  });

  it('is still there when it is announced anew', () => {
    test.hear('ems-esp/status', 'online', { isRetained: true });
    test.hear(emsTopic, { ...emsThermostat, max_temp: '28' });
    expect(test.values('ems-esp/thermostat_data', emsData)).toHaveProperty(emsId);
  });

  it('is still there when what tells of it is JSON', () => {
    const avty = [{ t: 'ems-esp/status', val_tpl: '{{ value_json.state }}' }];
    test.hear(emsTopic, { ...emsThermostat, avty });
    test.hear('ems-esp/status', { state: 'online' }, { isRetained: true });
    test.hear(emsTopic, { ...emsThermostat, avty, max_temp: '28' });
    expect(test.values('ems-esp/thermostat_data', emsData)).toHaveProperty(emsId);
  });

  it('rejects a setpoint that no home has, and takes the rest', () => {
    test.hear('ems-esp/status', 'online');
    const said = test.hear('ems-esp/thermostat_data', { hc1: { ...emsData.hc1, seltemp: 99 } });
    expect(said).toMatchObject([
      { kind: 'heard', arrival: { values: { temperature: 20.7 } } },
      { kind: 'rejected', device: emsId, rejection: { rule: 'range', path: '/temperature', got: '99' } },
      { kind: 'presence' },
    ]);
  });
});

describe('sensors by discovery', () => {
  it('of one device become one device, by whichever of them speaks', () => {
    test.hear(
      'homeassistant/sensor/attic/temperature/config',
      espSensor('temperature', { unit_of_meas: '°F' }),
    );
    test.hear('homeassistant/sensor/attic/humidity/config', espSensor('humidity', { unit_of_meas: '%' }));
    test.hear('attic/status', 'online');
    const id = 'ha-a4cf12000001';
    expect(test.values('attic/sensor/temperature/state', '68.0')).toEqual({ [id]: { temperature: 20 } });
    expect(test.values('attic/sensor/humidity/state', '41')).toEqual({ [id]: { humidity: 41 } });
    expect(test.hear('attic/sensor/temperature/state', 'nan')).toMatchObject([
      { arrival: { values: { temperature: null }, faults: { temperature: 'it says NaN' } } },
    ]);
    for (const word of ['unavailable', 'None', ''])
      expect(test.values('attic/sensor/temperature/state', word)).toEqual({});
  });

  it('of a second temperature become a second device, the same after each start', () => {
    const names = ['floor', 'air'];
    const configs = names.map((name) =>
      espSensor('temperature', {
        uniq_id: name,
        name,
        unit_of_meas: '°C',
        stat_t: `attic/${name}`,
        avty_t: undefined,
      }),
    );
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const each = openTest(homeAssistant);
      for (const i of order) each.hear(`homeassistant/sensor/attic/${names[i]}/config`, configs[i]);
      expect(each.values('attic/floor', '24')).toEqual({ 'ha-floor': { temperature: 24 } });
      expect(each.values('attic/air', '20')).toEqual({ 'ha-a4cf12000001': { temperature: 20 } });
    }
  });

  it('of a boiler’s water are no room, and the one outside is outside', () => {
    const boiler = (name: string) =>
      test.hear(`homeassistant/sensor/boiler/${name}/config`, {
        name,
        unique_id: name,
        device_class: 'temperature',
        unit_of_measurement: '°C',
        state_topic: 'ems-esp/boiler_data',
        value_template: `{{ value_json.${name} }}`,
        device: { identifiers: ['boiler'] },
      });
    for (const name of ['curflowtemp', 'rettemp_return', 'Trinkwasser', 'Raumsollwert', 'outdoortemp'])
      boiler(name);
    expect(
      test.values('ems-esp/boiler_data', {
        curflowtemp: 60.2,
        rettemp_return: 48.1,
        Trinkwasser: 52,
        Raumsollwert: 21,
        outdoortemp: -3.5,
      }),
    ).toEqual({
      'ha-boiler': { outsideTemperature: -3.5 },
    });
  });

  it.each([
    ['Zigbee2MQTT', { state_topic: 'z2m/a', origin: { name: 'Zigbee2MQTT' } }],
    ['rtl_433, by its script', { state_topic: 'rtl_433/attic/devices/Nexus-TH/1/181/temperature_C' }],
    ['Hearth itself', { state_topic: 'hearth/ha/hall/temperature', o: { name: 'Hearth' } }],
  ])('of %s are left to whoever reads them natively', (_, change) => {
    const config = { device_class: 'temperature', unit_of_measurement: '°C', unique_id: 'n', ...change };
    expect(test.hear('homeassistant/sensor/n/n/config', config)).toEqual([]);
    expect(test.session.topics!.size).toBe(0);
  });

  it('come as a device with its components too', () => {
    test.hear('homeassistant/device/0AFFD2/config', {
      dev: { ids: ['0AFFD2'], name: 'Bathroom' },
      o: { name: 'foobar' },
      '~': 'foobar',
      avty_t: '~/status',
      cmps: {
        t1: { p: 'sensor', dev_cla: 'temperature', unit_of_meas: '°C', stat_t: '~/t1', uniq_id: 't1' },
        heater: { p: 'switch', name: 'Heater', stat_t: '~/relay', cmd_t: '~/relay/set', uniq_id: 'sw' },
        low: { p: 'binary_sensor', dev_cla: 'battery', stat_t: '~/low', uniq_id: 'low' },
        want: {
          p: 'number',
          name: 'Setpoint',
          unit_of_meas: '°C',
          min: 2,
          max: 40,
          step: 0.5,
          stat_t: '~/want',
          cmd_t: '~/want/set',
          uniq_id: 'want',
        },
      },
    });
    test.hear('foobar/status', 'online');
    const id = 'ha-0affd2';
    expect(test.values('foobar/t1', '19.5')).toEqual({ [id]: { temperature: 19.5 } });
    expect(test.values('foobar/relay', 'ON')).toEqual({ [id]: { heating: true } });
    expect(test.values('foobar/low', 'OFF')).toEqual({ [id]: { batteryLow: false } });
    const [heard] = test.hear('foobar/want', '21');
    expect(heard).toMatchObject({
      device: {
        name: 'Bathroom',
        about: { commands: { set: { setpoint: { min: 4, max: 35, step: 0.5 } } } },
      },
    });
    expect(test.session.set!(id, 20.5, 'c')).toEqual([{ topic: 'foobar/want/set', payload: '20.5' }]);
  });

  it.each([
    ['all', { a: true, b: true }, true],
    ['all', { a: true, b: false }, false],
    ['all', { a: true }, false],
    ['any', { a: true, b: false }, true],
    ['latest', { a: false, b: true }, true],
    ['latest', { b: true, a: false }, false],
  ])('are there in availability mode %s after %j: %s', (mode, words, isThere) => {
    test.hear('homeassistant/sensor/x/t/config', {
      device_class: 'temperature',
      unit_of_measurement: '°C',
      state_topic: 'x/t',
      unique_id: 'xt',
      availability: [
        { topic: 'x/a', payload_available: 'up', payload_not_available: 'down' },
        { topic: 'x/b', value_template: '{{ value_json.state }}' },
      ],
      availability_mode: mode,
    });
    for (const [name, up] of Object.entries(words))
      test.hear(`x/${name}`, name === 'a' ? (up ? 'up' : 'down') : { state: up ? 'online' : 'offline' });
    expect(test.values('x/t', '20')).toEqual(isThere ? { 'ha-xt': { temperature: 20 } } : {});
  });
});

describe('what is announced by a stranger', () => {
  const sensor = {
    device_class: 'temperature',
    unit_of_measurement: '°C',
    unique_id: 'bad',
    state_topic: 'x/t',
  };
  const topic = 'homeassistant/sensor/x/bad/config';

  it.each([
    'hearth/v1/home/hall/reading',
    '$SYS/broker',
    'homeassistant/status',
    'a/#',
    '+/b',
    'x\u0000y',
    '',
  ])('is heard nowhere but where others speak: not at %j', (state_topic) => {
    expect(test.hear(topic, { ...sensor, state_topic })).toMatchObject([
      { kind: 'rejected', rejection: { rule: 'template' } },
    ]);
    expect(test.session.topics!.size).toBe(0);
  });

  it.each(['hearth/v1/home/hall/request', '$CONTROL/hearth/v1/request', 'homeassistant/climate/x/config'])(
    'has us write nowhere but to others: not to %s',
    (command_topic) => {
      const number = {
        name: 'Setpoint',
        unit_of_measurement: '°C',
        state_topic: 'x/s',
        command_topic,
        unique_id: 'n',
      };
      test.hear('homeassistant/number/x/n/config', number);
      test.hear('x/s', '20');
      expect(test.session.set!('ha-n', 20, 'c')).toBeNull();
    },
  );

  it('names no topics that its gateway does not reach', () => {
    const mayName = (named: string): boolean => named.startsWith('x/');
    const climate = {
      temperature_state_topic: 'x/s',
      temperature_command_topic: 'zigbee2mqtt/trv/set',
      unique_id: 'c',
    };
    for (const [place, config] of [
      [topic, { ...sensor, state_topic: 'y/t' }],
      [topic, { ...sensor, availability_topic: 'y/a' }],
      ['homeassistant/climate/x/c/config', climate],
    ] as const)
      expect(test.hear(place, config, { mayName })).toMatchObject([
        { kind: 'rejected', rejection: { rule: 'foreign-topic' } },
      ]);
    test.hear(topic, sensor, { mayName });
    expect(test.values('x/t', '20')).toEqual({ 'ha-bad': { temperature: 20 } });
  });

  it('is told where a template is not understood, and has no value', () => {
    const said = test.hear(topic, { ...sensor, value_template: '{{ states(' });
    expect(said).toMatchObject([
      { kind: 'rejected', rejection: { path: '/value_template', got: '{{ states(' } },
    ]);
    expect(test.values('x/t', '20')).toEqual({});
  });

  it('does no harm by its size, its depth or a key such as __proto__', () => {
    expect(test.hear(topic, ' '.repeat(1_048_576))).toMatchObject([{ rejection: { rule: 'size' } }]);
    expect(test.hear(topic, '['.repeat(100_000))).toMatchObject([{ rejection: { rule: 'depth' } }]);
    test.hear(
      topic,
      `{"__proto__":{"unique_id":"evil","state_topic":"x/t"},${JSON.stringify(sensor).slice(1)}`,
    );
    expect(({} as Record<string, unknown>)['unique_id']).toBeUndefined();
    expect(test.hear('x/t', ' '.repeat(1_048_576))).toEqual([]);
    expect(test.values('x/t', '20')).toEqual({ 'ha-bad': { temperature: 20 } });
  });

  it('is not remembered without end', () => {
    for (let i = 0; i < 2500; i++)
      test.hear(`homeassistant/sensor/x/s${i}/config`, {
        ...sensor,
        unique_id: `s${i}`,
        state_topic: `x/${i}`,
      });
    expect(test.session.topics!.size).toBe(2000);
  });

  it('never has us throw, and what is heard always fits the contract', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('x/t', '~/t', 'x/a', '{{ value_json.t }}', '°C', 'temperature', 'all'),
    );
    const config = fc.dictionary(
      fc.constantFrom(
        '~',
        'name',
        'unique_id',
        'device_class',
        'unit_of_measurement',
        'state_topic',
        'value_template',
        'availability',
        'availability_topic',
        'availability_mode',
        'device',
        'current_temperature_topic',
        'temperature_state_topic',
        'temperature_command_topic',
        'min_temp',
        'temp_step',
        'components',
      ),
      fc.oneof(text, fc.jsonValue()),
    );
    const component = fc.constantFrom('sensor', 'climate', 'number', 'switch', 'device');
    fc.assert(
      fc.property(component, config, fc.jsonValue(), (kind, each, state) => {
        const one = openTest(homeAssistant);
        one.hear(`homeassistant/${kind}/x/y/config`, { ...sensor, ...each });
        for (const said of ['x/t', 'x/a'].flatMap((place) => one.hear(place, state))) {
          if (said.kind !== 'heard') continue;
          expect(Check(DeviceId, said.device.id), said.device.id).toBe(true);
          expect(said.device.name).toMatch(/^[^\p{Cc}]{1,60}$/u);
          const about = new TextEncoder().encode(JSON.stringify(said.device.about));
          expect(parseMessage('about', about)).toMatchObject({ ok: true });
        }
      }),
      { numRuns: 500 },
    );
  });
});
