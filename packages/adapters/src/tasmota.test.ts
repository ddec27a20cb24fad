import { beforeEach, describe, expect, it } from 'vitest';
import { tasmota } from './tasmota.ts';
import { openTest, receivedAt } from './test-session.ts';
import { readTrace } from './test-traces.ts';

// Where its messages are from stands in the trace.
const trace = readTrace('tasmota');
const config = trace.payload('config');
const report = trace.payload('report');
const mac = 'C8631478A1B2';
const sensor = 'tele/tasmota_A1B2C3/SENSOR';
const id = 'tasmota-c8631478a1b2';

let test = openTest(tasmota);
const discover = (change: object = {}, sn: object = report) => {
  test.hear(`tasmota/discovery/${mac}/config`, { ...config, ...change }, { isRetained: true });
  return test.hear(`tasmota/discovery/${mac}/sensors`, { sn, ver: 1 }, { isRetained: true });
};
beforeEach(() => void (test = openTest(tasmota)));

describe('Tasmota', () => {
  it('is known by its discovery, whose values are no readings', () => {
    expect(discover()).toEqual([
      {
        kind: 'heard',
        device: {
          id,
          name: 'Cellar',
          about: {
            contract: 1,
            maker: 'Tasmota',
            model: 'Sonoff TH',
            kind: 'sensor',
            firmware: '14.1.0',
            quantities: { temperature: { unit: '°C', resolution: 0.01, periodMs: 300_000 } },
            commands: { get: true },
          },
        },
      },
      { kind: 'presence', device: id, isOnline: null },
    ]);
    expect([...test.session.topics!]).toContain(sensor);
  });

  it('is known in whichever order its two messages come', () => {
    test.hear(`tasmota/discovery/${mac}/sensors`, { sn: report });
    expect(test.hear(`tasmota/discovery/${mac}/config`, config)).toMatchObject([{ device: { id } }, {}]);
  });

  it('has its readings at their arrival, since its clock has no zone', () => {
    discover();
    expect(test.hear(sensor, report)[0]).toMatchObject({
      arrival: { at: receivedAt, values: { temperature: 20.9 } },
    });
    expect(test.values(sensor, { ...report, TempUnit: 'F', DS18B20: { Temperature: 68 } })).toEqual({
      [id]: { temperature: 20 },
    });
    expect(test.values(sensor, report, { isRetained: true })).toEqual({});
  });

  it('reads a meter beside a sensor, and not the heat of its own chip', () => {
    discover();
    const whole = { ...report, ESP32: { Temperature: 48.3 }, ENERGY: { Power: 820, Total: 12.345 } };
    expect(test.values(sensor, whole)).toEqual({ [id]: { temperature: 20.9, power: 820, energy: 12.345 } });
  });

  it('makes a second probe a device of its own, and the first stays the first when it fails', () => {
    const probes = { 'DS18B20-1': { Temperature: 20 }, 'DS18B20-2': { Temperature: 55 } };
    discover({}, probes);
    expect(test.values(sensor, probes)).toEqual({
      [id]: { temperature: 20 },
      [`${id}-ds18b20-2`]: { temperature: 55 },
    });
    expect(test.values(sensor, { 'DS18B20-2': { Temperature: 54 } })).toEqual({
      [`${id}-ds18b20-2`]: { temperature: 54 },
    });
    expect(test.hear(sensor, { 'DS18B20-1': { Temperature: null } })[0]).toMatchObject({
      arrival: { values: { temperature: null }, faults: { temperature: 'the sensor gives no value' } },
    });
  });

  it('is asked for its status, which is read as a report is', () => {
    discover();
    expect(test.ask(id, ['temperature'], 'q')).toEqual([
      { topic: 'cmnd/tasmota_A1B2C3/STATUS', payload: '8' },
    ]);
    for (const status of ['STATUS8', 'STATUS10'])
      expect(test.values(`stat/tasmota_A1B2C3/${status}`, { StatusSNS: report })).toEqual({
        [id]: { temperature: 20.9 },
      });
    expect(test.ask('tasmota-000000000000', [], 'q')).toBeNull();
  });

  it('has a thermostat that is set', () => {
    discover();
    expect(test.session.set!(id, 21, 'c')).toBeNull();
    expect(test.hear(sensor, trace.payload('thermostat'))[0]).toMatchObject({
      device: {
        about: { kind: 'thermostat', commands: { set: { setpoint: { min: 5, max: 30, step: 0.5 } } } },
      },
      arrival: { values: { setpoint: 20.5 } },
    });
    expect(test.session.set!(id, 21, 'c')).toEqual([
      { topic: 'cmnd/tasmota_A1B2C3/TEMPTARGETSET', payload: '21' },
    ]);
    expect(test.ask(id, ['temperature', 'setpoint'], 'q')).toEqual([
      { topic: 'cmnd/tasmota_A1B2C3/STATUS', payload: '8' },
      { topic: 'cmnd/tasmota_A1B2C3/TEMPTARGETSET', payload: '' },
    ]);
    expect(test.values('stat/tasmota_A1B2C3/RESULT', trace.payload('setpoint'))).toEqual({
      [id]: { setpoint: 21 },
    });
  });

  it('is there by its will, with its own words for it', () => {
    discover({ onln: 'Up', ofln: 'Down' });
    const will = 'tele/tasmota_A1B2C3/LWT';
    expect(test.hear(will, 'Up', { isRetained: true })).toEqual([
      { kind: 'presence', device: id, isOnline: true },
    ]);
    expect(test.hear(will, 'Down')).toEqual([{ kind: 'presence', device: id, isOnline: false }]);
  });

  it('has the topics that its own configuration makes', () => {
    discover({ ft: 'house/%topic%/%prefix%', tp: ['c', 's', 't'], t: 'cellar' });
    expect(test.values('house/cellar/t/SENSOR', report)).toHaveProperty(id);
    expect(test.ask(id, [], 'q')).toEqual([{ topic: 'house/cellar/c/STATUS', payload: '8' }]);
  });

  it('names no topics that its gateway does not reach', () => {
    const mayName = (topic: string): boolean => topic.startsWith('tele/mine/');
    test.hear(`tasmota/discovery/${mac}/config`, config, { mayName });
    expect(test.session.topics!.size).toBe(0);
  });

  it('does no harm', () => {
    for (const ft of [
      'hearth/v1/home/%topic%/%prefix%',
      '$SYS/%topic%/%prefix%',
      '#/%topic%',
      '+/%prefix%',
      7,
    ]) {
      discover({ ft });
      expect(test.session.topics!.size).toBe(0);
    }
    discover();
    for (const payload of ['', 'null', '[]', '{"DS18B20":7}', ' '.repeat(1_048_576), '['.repeat(9999)])
      expect(test.hear(sensor, payload)).toEqual([]);
    expect(test.values(sensor, '{"__proto__":{"Temperature":1}}')).not.toHaveProperty(id);
    expect(test.hear(sensor, { DS18B20: { Temperature: -127 } })).toMatchObject([
      {},
      {},
      { kind: 'rejected', rejection: { rule: 'range' } },
    ]);
    expect(({} as Record<string, unknown>)['Temperature']).toBeUndefined();
  });
});
