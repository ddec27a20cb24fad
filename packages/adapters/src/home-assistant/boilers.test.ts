import { beforeEach, describe, expect, it } from 'vitest';
import { openTest } from '../test-session.ts';
import { readTrace } from '../test-traces.ts';
import { hookOf, pathOf } from './boilers.ts';
import { homeAssistant } from './home-assistant.ts';

let test = openTest(homeAssistant);
beforeEach(() => void (test = openTest(homeAssistant)));

// Where these messages are from stands in the traces.
const ems = readTrace('ems-esp');

describe('EMS-ESP', () => {
  const id = 'ha-ems-esp-thermostat';
  const climate = (circuit: string) => ({
    '~': 'ems-esp',
    uniq_id: `thermostat_${circuit}`,
    curr_temp_t: '~/thermostat_data',
    curr_temp_tpl: `{{value_json.${circuit}.currtemp if value_json.${circuit}.currtemp is defined else 0}}`,
    dev: { ids: ['ems-esp-thermostat'], name: 'Thermostat' },
  });
  const response = ems.payload('response');

  beforeEach(() => {
    for (const circuit of ['hc1', 'hc2'])
      test.hear(`homeassistant/climate/ems-esp/thermostat_${circuit}/config`, climate(circuit));
  });

  it('is asked for a value by its name, and answers on the topic that all answers share', () => {
    expect(test.ask(id, ['temperature'], 'q')).toEqual([
      { topic: 'ems-esp/thermostat/currtemp', payload: '' },
    ]);
    expect(test.values('ems-esp/response', response)).toEqual({ [id]: { temperature: 20.7 } });
    expect(test.values('ems-esp/response', { ...response, circuit: 'hc2' })).toEqual({
      'ha-thermostat-hc2': { temperature: 20.7 },
    });
    expect(test.values('ems-esp/response', { ...response, name: 'seltemp' })).toEqual({});
    expect(test.values('ems-esp/response', response, { isRetained: true })).toEqual({});
  });

  it('is asked for a second circuit by that', () => {
    expect(test.ask('ha-thermostat-hc2', ['temperature'], 'q')).toEqual([
      { topic: 'ems-esp/thermostat/hc2/currtemp', payload: '' },
    ]);
  });

  it('says in words that it could not, to the one that was asked', () => {
    test.ask(id, ['temperature'], 'q');
    const words = String(ems.message('refusal').payload);
    expect(test.hear('ems-esp/response', words).filter(({ kind }) => kind === 'refused')).toEqual([
      { kind: 'refused', device: id, detail: words },
    ]);
  });

  it('is found once more where each circuit has a topic of its own', () => {
    expect(hookOf('ems-esp/thermostat_data_hc2', ['currtemp'], '')).toEqual({
      ask: { topic: 'ems-esp/thermostat/hc2/currtemp', payload: '' },
      response: { topic: 'ems-esp/response', name: 'currtemp', circuit: 'hc2' },
    });
  });
});

describe('ebusd', () => {
  it('is asked by /get, and answers on the topic of the state', () => {
    const { topic, payload } = readTrace('ebusd').message('announcement');
    test.hear(topic, payload);
    expect(test.ask('ha-ebusd-700', ['outsideTemperature'], 'q')).toEqual([
      { topic: 'ebusd/700/OutsideTemp/get', payload: '' },
    ]);
    expect(test.values('ebusd/700/OutsideTemp', readTrace('ebusd').message('state').payload)).toEqual({
      'ha-ebusd-700': { outsideTemperature: 3.25 },
    });
    expect(test.values('ebusd/700/OutsideTemp', '')).toEqual({});
  });
});

describe('BSB-LAN', () => {
  it('is asked to poll a parameter', () => {
    const { topic, payload } = readTrace('bsb-lan').message('room');
    test.hear(topic, payload);
    expect(test.ask('ha-bsb-lan-3c6105000001', ['temperature'], 'q')).toEqual([
      { topic: 'BSB-LAN/0/51/8740/poll', payload: '' },
    ]);
    expect(test.values('BSB-LAN/0/51/8740/status', '20.3')).toEqual({
      'ha-bsb-lan-3c6105000001': { temperature: 20.3 },
    });
  });
});

describe('a hook', () => {
  it('is there for boilers alone', () => {
    expect(hookOf('esp/livingroom/current', [], 'Espressif')).toBeNull();
    expect(hookOf('hearth/thermostat_data', ['currtemp'], '')).toBeNull();
    expect(hookOf('ems-esp/boiler_data', ['a/#'], '')).toBeNull();
  });

  it.each([
    ['{{ value_json.hc1.currtemp }}', ['hc1', 'currtemp']],
    ['{{value_json["temp"].value}}', ['temp', 'value']],
    ["{{ value_json['a']['b c'] | float }}", ['a', 'b c']],
    ['{{ value }}', []],
    [undefined, []],
  ])('has its name from %s', (template, path) => {
    expect(pathOf(template)).toEqual(path);
  });
});
