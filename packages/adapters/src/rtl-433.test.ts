import { DeviceId, parseMessage, payloadMaxBytes } from '@hearth/contract';
import * as fc from 'fast-check';
import { Check } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { adapters, type Said } from './adapters.ts';

const topic = 'rtl_433/raspberry/events';
const receivedAt = Date.UTC(2026, 10, 22, 17, 55, 1, 345);
const rtl433 = adapters.find(({ name }) => name === 'rtl_433')!.open();

function read(payload: unknown, on = topic): Said | { kind: 'ignored' } {
  const bytes = new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const [said = { kind: 'ignored' as const }] = rtl433.read({
    topic: on,
    payload: bytes,
    receivedAt,
    isRetained: false,
  });
  return said;
}

function heard(payload: object) {
  const result = read(payload);
  if (result.kind !== 'heard' || !result.arrival) throw new Error(JSON.stringify(result));
  return { ...result, arrival: result.arrival };
}

const danfoss = {
  time: '2026-11-22T17:55:00',
  model: 'Danfoss-CFR',
  id: 4382,
  temperature_C: 26.85156,
  setpoint_C: 5.94141,
  switch: 'NIGHT',
  mic: 'CRC',
};
const nexus = {
  time: '2026-11-22 17:55:00',
  model: 'Nexus-TH',
  id: 181,
  channel: 2,
  battery_ok: 0,
  temperature_C: 19,
  humidity: 71,
};

describe('rtl_433', () => {
  it('hears a Danfoss room thermostat as rtl_433 22.11 publishes it', () => {
    expect(read(danfoss)).toEqual({
      kind: 'heard',
      device: {
        id: 'rtl433-danfoss-cfr-4382',
        name: 'Danfoss-CFR 4382',
        about: {
          contract: 1,
          maker: 'Danfoss',
          model: 'CFR',
          kind: 'thermostat',
          firmware: 'unknown',
          power: 'battery',
          quantities: {
            temperature: { unit: '°C', resolution: 0.01 },
            setpoint: { unit: '°C', resolution: 0.01 },
          },
          commands: {},
        },
      },
      arrival: { at: Date.UTC(2026, 10, 22, 17, 55, 0), values: { temperature: 26.85, setpoint: 5.94 } },
    });
  });

  it('hears a Nexus sensor with its channel and an empty battery', () => {
    const { device, arrival } = heard(nexus);
    expect(device).toMatchObject({ id: 'rtl433-nexus-th-2-181', name: 'Nexus-TH 181, channel 2' });
    expect(device.about.kind).toBe('sensor');
    expect(arrival.values).toEqual({ temperature: 19, humidity: 71, batteryLow: true });
  });

  it('converts Fahrenheit and takes a battery level between 0 and 1 as per cent', () => {
    const { values } = heard({ model: 'Acurite-606TX', id: 7, temperature_F: 68, battery_ok: 0.25 }).arrival;
    expect(values).toEqual({ temperature: 20, battery: 25 });
  });

  it.each([
    ['with a zone', '2026-11-22T18:30:00+0100', Date.UTC(2026, 10, 22, 17, 30)],
    ['in the past, as a retained frame is', '2026-11-19T08:00:00', Date.UTC(2026, 10, 19, 8)],
    ['with microseconds', '2026-11-22T17:55:00.250125Z', Date.UTC(2026, 10, 22, 17, 55, 0)],
    ['as Unix seconds', '1795370100.25', 1_795_370_100_000],
    ['without a zone, and UTC', '2026-11-22 17:54:58', Date.UTC(2026, 10, 22, 17, 54, 58)],
    ['without a zone, in Berlin', '2026-11-22 18:54:58', Date.UTC(2026, 10, 22, 17, 55, 1)],
    ['of a clock that is not set', '1970-01-01T00:00:09Z', Date.UTC(2026, 10, 22, 17, 55, 1)],
    ['of a clock that is ahead', '2031-01-01T00:00:00Z', Date.UTC(2026, 10, 22, 17, 55, 1)],
    ['that is no time', '@0.524288s', Date.UTC(2026, 10, 22, 17, 55, 1)],
    ['that is no date', '2026-13-41T17:55:00Z', Date.UTC(2026, 10, 22, 17, 55, 1)],
    ['left out', undefined, Date.UTC(2026, 10, 22, 17, 55, 1)],
  ])('takes a time %s', (_, time, at) => {
    expect(heard({ ...danfoss, time }).arrival.at).toBe(at);
  });

  it.each([
    ['frames without a quantity of ours', { model: 'Akhan-100F14', id: 9, data: 'close' }],
    ['tyres of cars', { model: 'Citroen', type: 'TPMS', id: 'a1', temperature_C: 21, pressure_kPa: 240 }],
    ['the clearing of a retained message', ''],
  ])('ignores %s', (_, payload) => {
    expect(read(payload)).toEqual({ kind: 'ignored' });
  });

  it('ignores the other topics of rtl_433', () => {
    expect(read(danfoss, 'rtl_433/raspberry/devices/Danfoss-CFR/4382/time')).toEqual({ kind: 'ignored' });
  });

  it.each([
    ['a setpoint that no home has', { ...danfoss, setpoint_C: 99 }, 'range', '/setpoint_C', '99'],
    ['an unplugged probe', { ...nexus, temperature_C: -127 }, 'range', '/temperature_C', '-127'],
    ['a number sent as text', { ...nexus, humidity: '71' }, 'type', '/humidity', '71'],
    ['an impossible battery', { ...nexus, battery_ok: 3 }, 'range', '/battery_ok', '3'],
    ['a frame without model', { temperature_C: 20 }, 'required', '/model', 'undefined'],
    ['an array', [], 'type', '', '[]'],
    ['what is not JSON', '{"temperature_C":NaN}', 'json', '', '{"temperature_C":NaN}'],
  ])('rejects %s and says why', (_, payload, rule, path, got) => {
    expect(read(payload)).toMatchObject({ kind: 'rejected', rejection: { rule, path, got } });
  });

  it('rejects what is too large or too deep without parsing it', () => {
    expect(read(' '.repeat(payloadMaxBytes + 1))).toMatchObject({ rejection: { rule: 'size' } });
    expect(read('['.repeat(2000))).toMatchObject({ rejection: { rule: 'depth' } });
  });

  it('gives ids apart for channels apart, and for long models too', () => {
    const model = 'A-very-long-model-name-of-a-weather-station';
    const ids = [1, 2].map((id) => heard({ model, id, temperature_C: 1 }).device.id);
    expect(new Set(ids).size).toBe(2);
    expect(heard({ ...nexus, channel: 1 }).device.id).not.toBe(heard(nexus).device.id);
  });

  it('never throws, and what it hears always fits the contract', () => {
    const frames = fc.record(
      {
        model: fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 90 })),
        id: fc.oneof(fc.integer(), fc.string(), fc.double(), fc.jsonValue()),
        channel: fc.oneof(fc.integer(), fc.string()),
        time: fc.oneof(fc.string(), fc.date({ noInvalidDate: true }).map(String), fc.constant(danfoss.time)),
        temperature_C: fc.oneof(fc.double({ min: -60, max: 90 }), fc.jsonValue()),
        temperature_F: fc.double({ min: -60, max: 190 }),
        setpoint_C: fc.double({ min: 3, max: 36 }),
        humidity: fc.double({ min: -1, max: 101 }),
        battery_ok: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 2)),
      },
      { requiredKeys: [] },
    );
    const payloads = fc.oneof(
      fc.uint8Array(),
      fc.json().map((json) => new TextEncoder().encode(json)),
      frames.map((frame) => new TextEncoder().encode(JSON.stringify(frame))),
    );
    let heardCount = 0;
    fc.assert(
      fc.property(payloads, (payload) => {
        const [result] = rtl433.read({ topic, payload, receivedAt, isRetained: false });
        if (result?.kind !== 'heard') return;
        heardCount++;
        const { device, arrival } = result;
        expect(Check(DeviceId, device.id), device.id).toBe(true);
        expect(device.name).toMatch(/^[^\p{Cc}]{1,60}$/u);
        expect(parseMessage('about', encode(device.about))).toMatchObject({ ok: true });
        expect(parseMessage('reading', encode({ boot: 0, seq: 1, ...arrival }))).toMatchObject({ ok: true });
      }),
      { numRuns: 600 },
    );
    expect(heardCount).toBeGreaterThan(5);
  });
});

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
