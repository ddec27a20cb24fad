import { DeviceId, parseMessage } from '@hearth/contract';
import * as fc from 'fast-check';
import { Check } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { adapters, gatewayTopics, type Adapter } from './adapters.ts';
import { openTest } from './test-session.ts';

/** Topics on which each kind of software is read, those that it has to announce first among them. */
const places: Readonly<Record<Adapter['name'], readonly string[]>> = {
  rtl_433: ['rtl_433/a/events'],
  zigbee2mqtt: [
    'zigbee2mqtt/bridge/devices',
    'zigbee2mqtt/bridge/state',
    'zigbee2mqtt/a',
    'zigbee2mqtt/a/availability',
  ],
  shelly: ['shellya/events/rpc', 'shellya/online', 'shellya/status/thermostat:0', 'shellya/hearth/rpc'],
  'shelly-gen1': ['shellies/shellytrv-AABBCC/info', 'shellies/shellyht-AABBCC/sensor/temperature'],
  tasmota: [
    'tasmota/discovery/AABBCCDDEEFF/config',
    'tasmota/discovery/AABBCCDDEEFF/sensors',
    'tele/a/SENSOR',
    'stat/a/STATUS8',
    'tele/a/LWT',
  ],
  homeassistant: ['homeassistant/sensor/a/config', 'a/b', 'homeassistant/device/a/config'],
};

/** What makes each of them listen to its states. */
const beginnings: Partial<Record<Adapter['name'], readonly (readonly [string, unknown])[]>> = {
  zigbee2mqtt: [
    [
      'zigbee2mqtt/bridge/devices',
      [
        {
          ieee_address: '0x1',
          friendly_name: 'a',
          definition: { exposes: [{ name: 'temperature', property: 't', access: 1 }] },
        },
      ],
    ],
  ],
  tasmota: [
    [
      'tasmota/discovery/AABBCCDDEEFF/config',
      { t: 'a', ft: '%prefix%/%topic%/', tp: ['cmnd', 'stat', 'tele'] },
    ],
  ],
  homeassistant: [
    [
      'homeassistant/sensor/a/config',
      {
        device_class: 'temperature',
        unit_of_measurement: '°C',
        state_topic: 'a/b',
        value_template: '{{ value_json.t }}',
      },
    ],
  ],
};

const key = fc.constantFrom(
  't',
  'Temperature',
  'DS18B20',
  'StatusSNS',
  'params',
  'method',
  'thermostat:0',
  'current_C',
  'ts',
  'id',
  'result',
  'tmp',
  'value',
  'sn',
  'Thermostat0',
  'TempTargetSet',
  '__proto__',
  'constructor',
);
const json = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue(),
    fc.constantFrom('NotifyStatus', 'online', 'Online', 20.5, -127, null),
    fc.dictionary(key, tie('node'), { maxKeys: 4 }),
    fc.array(tie('node'), { maxLength: 3 }),
  ),
})).node;

describe.each(adapters.map((adapter) => [adapter.name, adapter] as const))('%s', (name, adapter) => {
  it('never throws, and what it says always fits the contract', () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string(),
      json.map((each) => JSON.stringify(each)),
    );
    const messages = fc.array(fc.tuple(fc.constantFrom(...places[name]), payload, fc.boolean()), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(messages, (all) => {
        const test = openTest(adapter);
        for (const [topic, first] of beginnings[name] ?? []) test.hear(topic, first);
        for (const said of all.flatMap(([topic, each, isRetained]) =>
          test.hear(topic, each, { isRetained }),
        )) {
          if (said.kind !== 'heard') continue;
          const { device, arrival } = said;
          expect(Check(DeviceId, device.id), device.id).toBe(true);
          expect(device.name).toMatch(/^[^\p{Cc}]{1,60}$/u);
          expect(parseMessage('about', encode(device.about))).toMatchObject({ ok: true });
          if (arrival)
            expect(parseMessage('reading', encode({ boot: 0, seq: 1, ...arrival }))).toMatchObject({
              ok: true,
            });
          expect(test.ask(device.id, ['temperature'], 'q')).not.toBeUndefined();
        }
      }),
      { numRuns: 400 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('is not held up by a megabyte on any of its topics', () => {
    const test = openTest(adapter);
    const large = ['x', ' ', '[', '{"a":', '"\\\\'].map((each) => each.repeat(1_048_576 / each.length));
    for (const [topic, first] of beginnings[name] ?? []) test.hear(topic, first);
    const before = performance.now();
    for (const topic of places[name]) for (const payload of large) test.hear(topic, payload);
    expect((performance.now() - before) / (places[name].length * large.length), 'ms a message').toBeLessThan(
      100,
    );
  });
});

describe('what a gateway’s credential reaches', () => {
  it.each([
    ['zigbee2mqtt', 'zigbee', undefined, ['zigbee2mqtt/#']],
    ['zigbee2mqtt', 'zigbee', 'home/z2m', ['home/z2m/#']],
    ['shelly', 'shellyplusht-b8d61a8b17cc', undefined, ['shellyplusht-b8d61a8b17cc/#', 'shellies/command']],
    ['discovery', 'attic', undefined, ['attic/#', 'homeassistant/+/attic/+/config', 'homeassistant/status']],
    ['home-assistant', 'ha', undefined, ['homeassistant/#', 'hearth/ha/#']],
  ] as const)('for %s named %s with base %s is no more than it needs', (speaks, id, base, topics) => {
    expect(gatewayTopics(speaks, id, base)).toEqual(topics);
  });
});

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
