import { beforeEach, describe, expect, it } from 'vitest';
import { openTest, receivedAt } from './test-session.ts';
import { zigbee2mqtt } from './zigbee2mqtt.ts';

// As Zigbee2MQTT 2.14.1 published it of a SONOFF TRVZB; parts of the list that are not read are left out.
const numeric = (name: string, access: number, rest: object = {}) => ({
  type: 'numeric',
  name,
  property: name,
  access,
  ...rest,
});
const trv = {
  ieee_address: '0x00124b0000000001',
  type: 'EndDevice',
  friendly_name: 'livingroom/trv',
  disabled: false,
  power_source: 'Battery',
  software_build_id: '1.1.4',
  definition: {
    model: 'TRVZB',
    vendor: 'SONOFF',
    exposes: [
      {
        type: 'climate',
        features: [
          numeric('occupied_heating_setpoint', 7, {
            unit: '°C',
            value_min: 4,
            value_max: 35,
            value_step: 0.5,
          }),
          numeric('local_temperature', 5, { unit: '°C' }),
          {
            type: 'enum',
            name: 'system_mode',
            property: 'system_mode',
            access: 7,
            values: ['off', 'auto', 'heat'],
          },
          {
            type: 'enum',
            name: 'running_state',
            property: 'running_state',
            access: 5,
            values: ['idle', 'heat'],
          },
          numeric('pi_heating_demand', 1, { unit: '%' }),
        ],
      },
      numeric('battery', 1, { unit: '%' }),
      numeric('linkquality', 1, { unit: 'lqi' }),
    ],
  },
};
const state = {
  last_seen: '2026-11-22T17:54:39.857Z',
  linkquality: 120,
  local_temperature: 19.8,
  local_temperature_calibration: 0,
  occupied_heating_setpoint: 21.5,
  system_mode: 'heat',
  pi_heating_demand: 39,
  running_state: 'heat',
  battery: null,
};
const sensor = {
  ieee_address: '0x00124b0000000002',
  friendly_name: 'Bathroom',
  definition: {
    model: 'SNZB-02P',
    vendor: 'SONOFF',
    exposes: [numeric('temperature', 1, { unit: '°C' }), numeric('humidity', 1, { unit: '%' })],
  },
};
const id = 'z2m-0x00124b0000000001';
const periodMs = 3_600_000;

let z2m = openTest(zigbee2mqtt);
beforeEach(() => void (z2m = openTest(zigbee2mqtt)));
const list = (...devices: unknown[]) => z2m.hear('zigbee2mqtt/bridge/devices', devices, { isRetained: true });

describe('Zigbee2MQTT', () => {
  it('makes a valve known by its list, and hears no topics but its devices’', () => {
    expect(list({ type: 'Coordinator', friendly_name: 'Coordinator', ieee_address: '0x0' }, trv)).toEqual([
      {
        kind: 'heard',
        device: {
          id,
          name: 'livingroom/trv',
          about: {
            contract: 1,
            maker: 'SONOFF',
            model: 'TRVZB',
            kind: 'thermostat',
            firmware: '1.1.4',
            power: 'battery',
            quantities: {
              temperature: { unit: '°C', resolution: 0.01, periodMs },
              setpoint: { unit: '°C', resolution: 0.01, periodMs },
              mode: { periodMs },
              heating: { periodMs },
              valve: { unit: '%', resolution: 0.01, periodMs },
              battery: { unit: '%', resolution: 1, periodMs },
            },
            commands: { get: true, set: { setpoint: { min: 4, max: 35, step: 0.5 } } },
          },
        },
      },
      { kind: 'presence', device: id, isOnline: null },
    ]);
    expect([...z2m.session.topics!]).toEqual([
      'zigbee2mqtt/livingroom/trv',
      'zigbee2mqtt/livingroom/trv/availability',
    ]);
  });

  it('has its values, measured when the device was last seen', () => {
    list(trv);
    expect(z2m.hear('zigbee2mqtt/livingroom/trv', state)).toMatchObject([
      {
        arrival: {
          at: Date.parse(state.last_seen),
          values: { temperature: 19.8, setpoint: 21.5, mode: 'heat', heating: true, valve: 39 },
        },
      },
    ]);
  });

  it('takes a retained state for a reading only with its own time', () => {
    list(trv);
    const { last_seen: _, ...timeless } = state;
    expect(z2m.values('zigbee2mqtt/livingroom/trv', timeless, { isRetained: true })).toEqual({});
    expect(z2m.values('zigbee2mqtt/livingroom/trv', state, { isRetained: true })).toHaveProperty(id);
    expect(z2m.hear('zigbee2mqtt/livingroom/trv', timeless)).toMatchObject([{ arrival: { at: receivedAt } }]);
  });

  it('asks for what can be read, and for nothing else', () => {
    list(trv, sensor);
    expect(z2m.ask(id, ['temperature', 'battery'], 'q')).toEqual([
      { topic: 'zigbee2mqtt/livingroom/trv/get', payload: '{"local_temperature":""}' },
    ]);
    expect(z2m.session.ask!(id, ['temperature', 'battery'], 'q')!.quantities).toEqual(['temperature']);
    expect(z2m.ask(id, ['battery'], 'q')).toBeNull();
    // Its first report has of the setpoint what was known before.
    const both = z2m.session.ask!(id, ['temperature', 'setpoint'], 'q')!;
    expect(both.messages[0]!.payload).toBe('{"local_temperature":"","occupied_heating_setpoint":""}');
    expect(both.quantities).toEqual(['temperature']);
    expect(z2m.ask('z2m-0x00124b0000000002', ['temperature'], 'q')).toBeNull();
    expect(list(sensor)[0]).toMatchObject({ device: { about: { kind: 'sensor', commands: {} } } });
  });

  it('sets the setpoint below the topic of the device', () => {
    list(trv, sensor);
    expect(z2m.session.set!(id, 20.5, 'c')).toEqual([
      { topic: 'zigbee2mqtt/livingroom/trv/set', payload: '{"occupied_heating_setpoint":20.5}' },
    ]);
    expect(z2m.session.set!('z2m-0x00124b0000000002', 20, 'c')).toBeNull();
  });

  it.each([
    ['JSON', { state: 'online' }, { state: 'offline' }],
    ['the word alone', 'online', 'offline'],
  ])('says who is there, as %s, and that nobody is without the bridge', (_, online, offline) => {
    list(trv);
    const isOnline = (value: boolean | null) => [{ kind: 'presence', device: id, isOnline: value }];
    expect(z2m.hear('zigbee2mqtt/bridge/state', online, { isRetained: true })).toEqual(isOnline(null));
    expect(z2m.hear('zigbee2mqtt/livingroom/trv/availability', online)).toEqual(isOnline(true));
    expect(z2m.hear('zigbee2mqtt/bridge/state', offline)).toEqual(isOnline(false));
    expect(z2m.hear('zigbee2mqtt/bridge/state', online)).toEqual(isOnline(true));
    expect(z2m.hear('zigbee2mqtt/livingroom/trv/availability', offline)).toEqual(isOnline(false));
  });

  it('says of a device that comes with its list that the bridge is away', () => {
    z2m.hear('zigbee2mqtt/bridge/state', 'offline', { isRetained: true });
    expect(list(trv)[1]).toEqual({ kind: 'presence', device: id, isOnline: false });
  });

  it('follows a device to its new name, and hears one no more that left', () => {
    list(trv);
    list({ ...trv, friendly_name: 'hall' });
    expect(z2m.values('zigbee2mqtt/hall', state)).toHaveProperty(id);
    expect(z2m.hear('zigbee2mqtt/livingroom/trv', state)).toEqual([]);
    list();
    expect(z2m.hear('zigbee2mqtt/hall', state)).toEqual([]);
    expect(z2m.ask(id, ['temperature'], 'q')).toBeNull();
  });

  it('may have a base topic of its own', () => {
    z2m.hear('home/zigbee/bridge/devices', [trv]);
    expect(z2m.values('home/zigbee/livingroom/trv', state)).toHaveProperty(id);
  });

  it('rejects 99 °C that a gateway passed on, and takes the rest', () => {
    list(trv);
    expect(z2m.hear('zigbee2mqtt/livingroom/trv', { ...state, occupied_heating_setpoint: 99 })).toMatchObject(
      [
        { kind: 'heard', arrival: { values: { temperature: 19.8 } } },
        { kind: 'rejected', device: id, rejection: { rule: 'range', path: '/occupied_heating_setpoint' } },
      ],
    );
  });

  it('is not harmed by a megabyte, depth, wrong shapes or names that reach elsewhere', () => {
    expect(z2m.hear('zigbee2mqtt/bridge/devices', ' '.repeat(1_048_577))).toMatchObject([
      { rejection: { rule: 'size' } },
    ]);
    expect(z2m.hear('zigbee2mqtt/bridge/devices', '['.repeat(50_000))).toMatchObject([
      { rejection: { rule: 'depth' } },
    ]);
    for (const friendly_name of ['a/#', '+', '', 7, null])
      expect(list({ ...trv, friendly_name })).toHaveLength(0);
    expect(z2m.hear('hearth/bridge/devices', [trv])).toEqual([]);
    for (const payload of ['null', '{}', '[null,1,[],{"definition":{}}]', 'x']) {
      expect(() => z2m.hear('zigbee2mqtt/bridge/devices', payload)).not.toThrow();
      expect(() => z2m.hear('zigbee2mqtt/bridge/state', payload)).not.toThrow();
    }
    list(trv);
    expect(
      z2m.hear('zigbee2mqtt/livingroom/trv', `{"__proto__":{"local_temperature":1},"battery":50}`),
    ).toMatchObject([{ arrival: { values: { battery: 50 } } }]);
    expect(z2m.hear('zigbee2mqtt/livingroom/trv', 'y'.repeat(100_000))).toMatchObject([
      { rejection: { rule: 'size' } },
    ]);
  });
});
