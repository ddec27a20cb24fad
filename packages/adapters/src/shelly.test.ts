import { beforeEach, describe, expect, it } from 'vitest';
import { shellyGen1 } from './shelly-gen1.ts';
import { shelly } from './shelly.ts';
import { openTest, receivedAt } from './test-session.ts';
import { readTrace } from './test-traces.ts';

// Where these messages are from stands in the traces.
const wallDisplay = readTrace('shelly-wall-display');
const ht = readTrace('shelly-ht');
const bluTrv = readTrace('shelly-blu-trv');
const gen1Trace = readTrace('shelly-gen1');
let test = openTest(shelly);
beforeEach(() => void (test = openTest(shelly)));

interface Notification<P> {
  method: string;
  params: P;
}

const notify = (prefix: string, params: object, method = 'NotifyStatus') =>
  test.hear(`${prefix}/events/rpc`, { src: prefix, dst: `${prefix}/events`, method, params });

describe('a Shelly wall display with a thermostat', () => {
  const prefix = 'shellywalldisplay-00082261E102';
  const id = 'shelly-walldisplay-00082261e102';
  const { params } = wallDisplay.payload('report') as Notification<{ ts: number; 'thermostat:0': object }>;
  const { ts, 'thermostat:0': status } = params;

  it('has its values at the instant that it says', () => {
    test.hear(`${prefix}/online`, 'true', { isRetained: true });
    expect(notify(prefix, { ts, 'thermostat:0': status })).toEqual([
      {
        kind: 'heard',
        device: {
          id,
          name: prefix,
          about: expect.objectContaining({
            maker: 'Shelly',
            kind: 'thermostat',
            commands: { get: true, set: { setpoint: { min: 5, max: 35, step: 0.5 } } },
          }),
        },
        arrival: { at: receivedAt - 2000, values: { temperature: 19.8, setpoint: 21, heating: true } },
      },
      { kind: 'presence', device: id, isOnline: true },
    ]);
  });

  it('says only what changed, and stays what it is', () => {
    notify(prefix, { ts, 'thermostat:0': status, 'humidity:0': { id: 0, rh: 41.5 } });
    expect(notify(prefix, { ts, 'thermostat:0': { id: 0, current_C: 20 } })[0]).toMatchObject({
      arrival: { values: { temperature: 20 } },
      device: { about: { quantities: { humidity: {}, setpoint: {} } } },
    });
  });

  it('is asked by RPC, and its answer names the question', () => {
    notify(prefix, { ts, 'thermostat:0': status, 'humidity:0': { id: 0, rh: 41.5 } });
    expect(test.ask(id, ['temperature'], 'q-1')).toEqual([
      {
        topic: `${prefix}/rpc`,
        payload: JSON.stringify({
          id: 'q-1',
          src: `${prefix}/hearth`,
          method: 'Thermostat.GetStatus',
          params: { id: 0 },
        }),
      },
    ]);
    const answer = {
      id: 'q-1',
      src: prefix,
      dst: `${prefix}/hearth`,
      result: { ...status, current_C: 20.2 },
    };
    expect(test.hear(`${prefix}/hearth/rpc`, answer)[0]).toMatchObject({
      answers: 'q-1',
      arrival: { values: { temperature: 20.2, setpoint: 21 } },
    });
    expect(test.hear(`${prefix}/hearth/rpc`, answer), 'a second time').toEqual([]);
    const [all] = test.ask(id, ['temperature', 'humidity'], 'q-2')!;
    expect(all!.payload).toContain('Shelly.GetStatus');
    const whole = { id: 'q-2', result: { sys: {}, 'thermostat:0': status, 'humidity:0': { rh: 40 } } };
    expect(test.hear(`${prefix}/hearth/rpc`, whole)[0]).toMatchObject({
      answers: 'q-2',
      arrival: { values: { humidity: 40 } },
    });
  });

  it('can be asked as soon as it is online, whatever it has', () => {
    test.hear(`${prefix}/online`, 'true', { isRetained: true });
    expect(test.ask(id, ['temperature'], 'q')![0]!.payload).toContain('Shelly.GetStatus');
    expect(test.session.set!(id, 20, 'c')![0]!.payload).toContain('Thermostat.SetConfig');
  });

  it('is heard to refuse', () => {
    notify(prefix, { ts, 'thermostat:0': status });
    test.session.set!(id, 21.5, 'c-1');
    expect(
      test.hear(`${prefix}/hearth/rpc`, { id: 'c-1', error: { code: -105, message: "Argument 'id'…" } }),
    ).toEqual([{ kind: 'refused', device: id, request: 'c-1', detail: "Argument 'id'…" }]);
  });

  it('is set by RPC, and its answer is no report', () => {
    notify(prefix, { ts, 'thermostat:0': status });
    expect(JSON.parse(test.session.set!(id, 21.5, 'c-1')![0]!.payload)).toMatchObject({
      id: 'c-1',
      method: 'Thermostat.SetConfig',
      params: { id: 0, config: { target_C: 21.5 } },
    });
    expect(test.hear(`${prefix}/hearth/rpc`, { id: 'c-1', result: { restart_required: false } })).toEqual([]);
  });

  it('is no answer of another device, and none that the broker kept', () => {
    notify(prefix, { ts, 'thermostat:0': status });
    test.ask(id, ['temperature'], 'q');
    expect(test.hear('shellyother-000000000000/hearth/rpc', { id: 'q', result: status })).toEqual([]);
    expect(test.hear(`${prefix}/hearth/rpc`, { id: 'q', result: status }, { isRetained: true })).toEqual([]);
    expect(test.hear(`${prefix}/hearth/rpc`, { id: 'q', result: status })).not.toEqual([]);
  });
});

describe('a Shelly H&T', () => {
  const prefix = 'shellyplusht-b8d61a8b17cc';
  const id = 'shelly-plusht-b8d61a8b17cc';
  const { method, params: full } = ht.payload('awake') as Notification<object>;

  it('has no clock when it wakes, sleeps, and is not away by it', () => {
    const said = notify(prefix, full, method);
    expect(said).toMatchObject([
      {
        device: { id, about: { kind: 'sensor', power: 'battery', commands: {} } },
        arrival: { at: receivedAt, values: { temperature: 19.8, humidity: 55.3, battery: 83 } },
      },
      { kind: 'presence', isOnline: null },
    ]);
    expect(test.hear(`${prefix}/online`, 'false')).toEqual([
      { kind: 'presence', device: id, isOnline: null },
    ]);
    expect(test.ask(id, ['temperature'], 'q')).toBeNull();
  });

  it('says which sensor failed', () => {
    notify(prefix, full, method);
    expect(notify(prefix, (ht.payload('sensor failed') as Notification<object>).params)[0]).toMatchObject({
      arrival: { values: { temperature: null }, faults: { temperature: 'read' } },
    });
  });
});

describe('a valve behind a Shelly gateway', () => {
  const prefix = 'shellyblugwg3-aacdb0784278';
  const id = 'shelly-blugwg3-aacdb0784278-blutrv-2';

  it('is a device of its own, asked and set through it', () => {
    const [heard] = notify(prefix, (bluTrv.payload('report') as Notification<object>).params);
    expect(heard).toMatchObject({
      device: { about: { model: 'BLU TRV', kind: 'thermostat' } },
      arrival: { values: { temperature: 17.6, setpoint: 17.1, valve: 12, battery: 100, signal: -60 } },
    });
    const own = (heard as { device: { id: string } }).device.id;
    expect(own.startsWith(id.slice(0, 20))).toBe(true);
    expect(JSON.parse(test.ask(own, ['temperature'], 'q')![0]!.payload)).toMatchObject({
      method: 'BluTrv.GetRemoteStatus',
      params: { id: 200 },
    });
    expect(test.hear(`${prefix}/hearth/rpc`, bluTrv.payload('remote status'))[0]).toMatchObject({
      answers: 'q',
      arrival: { values: { temperature: 17.9, valve: 20 } },
    });
    expect(test.session.set!(own, 19, 'c')![0]!.payload).toContain('"target_C":19');
  });
});

describe('a Shelly, whatever comes', () => {
  it('takes a retained status for a reading only with its own time', () => {
    const params = { 'temperature:0': { tC: 20 } };
    const message = (more: object) => ({ method: 'NotifyStatus', params: { ...params, ...more } });
    expect(test.values('shellyx-1/events/rpc', message({}), { isRetained: true })).toEqual({});
    expect(
      test.values('shellyx-1/events/rpc', message({ ts: receivedAt / 1000 - 90 }), { isRetained: true }),
    ).toEqual({
      'shelly-x-1': { temperature: 20 },
    });
    expect(test.hear('shellyx-1/status/temperature:0', { tC: 20 }, { isRetained: true })).toEqual([]);
    expect(test.values('shellyx-1/status/temperature:0', { tC: 20 })).toEqual({
      'shelly-x-1': { temperature: 20 },
    });
  });

  it('does no harm', () => {
    for (const payload of [
      '',
      'null',
      '[]',
      '{"method":"NotifyStatus"}',
      '{"method":"NotifyStatus","params":{"temperature:0":[]}}',
      ' '.repeat(1_048_576),
      '['.repeat(9999),
    ])
      for (const topic of ['s/events/rpc', 's/hearth/rpc', 's/status/temperature:0', 's/online'])
        expect(() => test.hear(topic, payload)).not.toThrow();
    expect(notify('s', { 'constructor:0': {}, 'temperature:0': { tC: -127 } })).toMatchObject([
      { kind: 'heard' },
      { kind: 'presence' },
      { kind: 'rejected', rejection: { rule: 'range', got: '-127' } },
    ]);
    const hostile = '{"method":"NotifyStatus","params":{"__proto__":{"tC":1}}}';
    expect(test.hear('t/events/rpc', hostile)).toEqual([]);
    for (let i = 0; i < 400; i++) test.hear(`shelly${i}/online`, 'true');
    expect(test.ask('shelly-200', [], 'q')).not.toBeNull();
    expect(test.ask('shelly-399', [], 'q')).toBeNull();
  });
});

describe('Shellys of the first generation', () => {
  let gen1 = openTest(shellyGen1);
  beforeEach(() => void (gen1 = openTest(shellyGen1)));
  const trv = 'shelly-trv-60a423daa6ce';
  const status = gen1Trace.payload('status');

  it('have a TRV that is told to update and is set', () => {
    gen1.hear('shellies/shellytrv-60A423DAA6CE/online', 'true', { isRetained: true });
    expect(gen1.hear('shellies/shellytrv-60A423DAA6CE/status', status)).toMatchObject([
      {
        device: {
          id: trv,
          about: { model: 'TRV', commands: { get: true, set: { setpoint: { min: 5, max: 30, step: 0.5 } } } },
        },
        arrival: { values: { temperature: 19.6, setpoint: 21, battery: 88 } },
      },
      { kind: 'presence', isOnline: true },
    ]);
    expect(gen1.ask(trv, ['temperature'], 'q')).toEqual([
      { topic: 'shellies/shellytrv-60A423DAA6CE/command', payload: 'update' },
    ]);
    expect(gen1.session.set!(trv, 20.5, 'c')).toEqual([
      { topic: 'shellies/shellytrv-60A423DAA6CE/thermostat/0/command/target_t', payload: '20.5' },
    ]);
    expect(gen1.values('shellies/shellytrv-60A423DAA6CE/info', gen1Trace.payload('info'))).toEqual({
      [trv]: { temperature: 19.6, setpoint: 21, valve: 40, battery: 87 },
    });
    expect(gen1.hear('shellies/shellytrv-60A423DAA6CE/online', 'false')).toEqual([
      { kind: 'presence', device: trv, isOnline: false },
    ]);
  });

  it('have an H&T that sleeps', () => {
    expect(gen1.values('shellies/shellyht-F3B2A1/sensor/temperature', '21.5')).toEqual({
      'shelly-ht-f3b2a1': { temperature: 21.5 },
    });
    expect(gen1.values('shellies/shellyht-F3B2A1/sensor/temperature', '21.5', { isRetained: true })).toEqual(
      {},
    );
    expect(gen1.hear('shellies/shellyht-F3B2A1/sensor/temperature', '999')).toMatchObject([
      { kind: 'heard' },
      { kind: 'rejected', rejection: { rule: 'range' } },
      { kind: 'presence', isOnline: null },
    ]);
    expect(gen1.ask('shelly-ht-f3b2a1', ['temperature'], 'q')).toBeNull();
    expect(gen1.hear('shellies/shellyht-F3B2A1/online', 'false')).toMatchObject([{ isOnline: null }]);
  });

  it('do no harm', () => {
    for (const payload of ['', '{}', 'null', ' '.repeat(100_000)])
      expect(gen1.hear('shellies/shellytrv-60A423DAA6CE/info', payload)).toEqual([]);
    expect(gen1.hear('shellies/shelly1-AABBCC/relay/0', 'on')).toEqual([]);
  });
});
