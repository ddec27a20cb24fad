import { readFileSync, writeFileSync } from 'node:fs';
import type { ImportMapping } from '@hearth/contract';
import { expect, test } from 'vitest';
import { linesOf, makeFolder, noon, readFile } from '../../test-transfer.ts';
import { makeRecorder, schemaYears, type SchemaYear, type State, type Statistic } from './test-recorder.ts';

const hour = 3_600_000;
const iso = (at: number): string => new Date(at).toISOString();
const temperature = { unit_of_measurement: '°C', device_class: 'temperature', friendly_name: 'Hall' };

interface Given {
  states?: State[];
  statistics?: Statistic[];
  sql?: string;
}
async function read(year: SchemaYear, given: Given, mapping: ImportMapping = {}) {
  using folder = makeFolder();
  const path = folder.path('home-assistant_v2.db');
  makeRecorder(path, year, given);
  const { arrivals, report, marks } = await readFile('home-assistant', path, { mapping });
  const skipped = Object.fromEntries(report.skipped.map(({ reason, count }) => [reason, count]));
  return { lines: linesOf(arrivals), skipped, report, marks };
}

test.for(schemaYears)('states and statistics are read as the tables of %s have them', async (year) => {
  const { lines, skipped, report, marks } = await read(year, {
    states: [
      { entity: 'sensor.hall_temperature', state: '20.6', at: noon, attributes: temperature },
      { entity: 'sensor.hall_temperature', state: 'unavailable', at: noon + 1000, attributes: temperature },
      { entity: 'sensor.hall_temperature', state: '20.7', at: noon + 2123, attributes: temperature },
      { entity: 'light.hall', state: 'on', at: noon },
    ],
    statistics: [
      { entity: 'sensor.hall_temperature', unit: '°C', start: noon - 2 * hour, mean: 19.5 },
      { entity: 'sensor.hall_temperature', unit: '°C', start: noon, mean: 20.65 },
      { entity: 'sensor.meter_energy', unit: 'kWh', start: noon, state: 1234.5 },
    ],
  });
  expect(lines).toEqual([
    `hall temperature ${iso(noon)} 20.6`,
    `hall temperature ${iso(noon + 2123)} 20.7`,
    `hall temperature ${iso(noon - 1.5 * hour)} 19.5`,
    `meter energy ${iso(noon + hour)} 1234.5`,
  ]);
  expect(skipped).toEqual({ unavailable: 1, 'not-mapped': 1 });
  expect(report.read).toBe(6);
  expect(marks.at(-1)!.share).toBe(1);
});

test.for<[entity: string, state: string, attributes: object, readings: string[]]>([
  [
    'sensor.attic_temperature',
    '70',
    { unit_of_measurement: '°F', device_class: 'temperature' },
    ['attic temperature 21.111'],
  ],
  ['sensor.attic_temp', '20', { unit_of_measurement: '°C' }, ['attic temperature 20']],
  ['sensor.outside_temperature', '-3', temperature, ['outside outsideTemperature -3']],
  [
    'sensor.hall_humidity',
    '55',
    { unit_of_measurement: '%', device_class: 'humidity' },
    ['hall humidity 55'],
  ],
  ['sensor.hall_humidity', '55', { unit_of_measurement: '%' }, ['hall humidity 55']],
  ['sensor.boiler_power', '1.5', { unit_of_measurement: 'kW', device_class: 'power' }, ['boiler power 1500']],
  [
    'sensor.boiler_energy',
    '1500',
    { unit_of_measurement: 'Wh', device_class: 'energy' },
    ['boiler energy 1.5'],
  ],
  ['sensor.trv_battery', '80', { unit_of_measurement: '%', device_class: 'battery' }, ['trv battery 80']],
  [
    'sensor.trv_signal_strength',
    '-60',
    { unit_of_measurement: 'dBm', device_class: 'signal_strength' },
    ['trv signal -60'],
  ],
  ['sensor.trv_valve_position', '40', { unit_of_measurement: '%' }, ['trv valve 40']],
  ['binary_sensor.trv_battery_low', 'on', { device_class: 'battery' }, ['trv batteryLow true']],
  [
    'climate.hall',
    'heat',
    {
      current_temperature: 20.5,
      temperature: 21,
      hvac_action: 'heating',
      current_humidity: 50,
      hvac_modes: ['off', 'heat'],
    },
    ['hall temperature 20.5', 'hall setpoint 21', 'hall humidity 50', 'hall heating true', 'hall mode heat'],
  ],
  [
    'climate.hall',
    'heat_cool',
    { current_temperature: 20.5, temperature: null, hvac_action: 'idle' },
    ['hall temperature 20.5', 'hall heating false', 'hall mode auto'],
  ],
])('%s “%s” %j is %j', async ([entity, state, attributes, readings]) => {
  const { lines, skipped } = await read('now', { states: [{ entity, state, at: noon, attributes }] });
  expect(lines.map((line) => line.replace(` ${iso(noon)}`, ''))).toEqual(readings);
  expect(skipped).toEqual({});
});

test.for<[entity: string, state: string, attributes: object, reason: string]>([
  ['sensor.hall_temperature', 'warm', temperature, 'value'],
  ['sensor.hall_temperature', '-127', temperature, 'range'],
  ['sensor.hall_temperature', '20', { ...temperature, unit_of_measurement: 'bar' }, 'unit'],
  ['sensor.hall_pressure', '1013', { unit_of_measurement: 'hPa', device_class: 'pressure' }, 'not-mapped'],
  ['sensor.disk', '50', { unit_of_measurement: '%' }, 'not-mapped'],
  ['sensor.hall', '50', {}, 'not-mapped'],
  ['switch.pump', 'on', {}, 'not-mapped'],
  ['climate.hall', 'cool', {}, 'value'],
  ['climate.hall', 'heat', { hvac_action: 'boosting' }, 'value'],
  ['sensor.hall_temperature', '', temperature, 'unavailable'],
])('%s “%s” %j is skipped: %s', async ([entity, state, attributes, reason]) => {
  const { skipped } = await read('now', { states: [{ entity, state, at: noon, attributes }] });
  expect(skipped).toEqual({ [reason]: 1 });
});

test('a climate entity has the unit of the home’s sensors, and without one it is not believed to be too warm', async () => {
  const climate = {
    entity: 'climate.den',
    state: 'heat',
    at: noon,
    attributes: { current_temperature: 70, temperature: 68 },
  };
  const sensor = {
    entity: 'sensor.attic_temperature',
    state: '60',
    at: noon,
    attributes: { unit_of_measurement: '°F' },
  };
  const inF = await read('now', { states: [climate, sensor] });
  expect(inF.lines).toContain(`den temperature ${iso(noon)} 21.111`);
  expect(inF.lines).toContain(`den setpoint ${iso(noon)} 20`);
  const unknown = await read('of2021', { states: [climate] });
  expect(unknown.lines).toEqual([`den mode ${iso(noon)} heat`]);
  expect(unknown.skipped).toEqual({ range: 2 });
  const told = await read(
    'of2021',
    { states: [climate] },
    { 'climate.den#current_temperature': { unit: '°F' } },
  );
  expect(told.lines).toContain(`den temperature ${iso(noon)} 21.111`);
});

test('two that say the same of one device are two, also where the reading goes on after a break', async () => {
  using folder = makeFolder();
  const path = folder.path('home-assistant_v2.db');
  const pair = (at: number): State[] => [
    { entity: 'climate.hall', state: 'heat', at, attributes: { current_temperature: 20 } },
    { entity: 'sensor.hall_temperature', state: '21', at, attributes: temperature },
  ];
  makeRecorder(path, 'now', { states: Array.from({ length: 4000 }, (_, i) => pair(noon + i * 1000)).flat() });
  const whole = await readFile('home-assistant', path);
  const devices = new Set(whole.arrivals.map(({ device, values }) => `${device} ${Object.keys(values)[0]}`));
  expect([...devices]).toEqual(['hall temperature', 'hall mode', 'hall-temperature temperature']);

  // Broken off after a sensor came first would make it the owner, were it not for the report.
  const [, mark] = whole.marks;
  const rest = await readFile('home-assistant', path, { position: mark!.position, report: whole.report });
  expect(rest.arrivals).toEqual(whole.arrivals.slice(-rest.arrivals.length));
});

test('a mapping decides over entities that Hearth cannot place', async () => {
  const states = [
    { entity: 'sensor.flow', state: '95', at: noon, attributes: temperature },
    { entity: 'sensor.moisture', state: '40', at: noon, attributes: { unit_of_measurement: '%' } },
  ];
  const before = await read('now', { states });
  expect(before.report.sources).toMatchObject([
    { source: 'sensor.flow', device: 'flow', quantity: 'temperature' },
    { source: 'sensor.moisture', device: null, quantity: null },
  ]);
  const after = await read(
    'now',
    { states },
    {
      'sensor.flow': { device: 'boiler', quantity: 'surfaceTemperature' },
      'sensor.moisture': { device: 'cellar', quantity: 'humidity' },
    },
  );
  expect(after.lines).toEqual([
    `boiler surfaceTemperature ${iso(noon)} 95`,
    `cellar humidity ${iso(noon)} 40`,
  ]);
});

test('statistics from outside have a name of their own', async () => {
  const { lines } = await read('now', {
    statistics: [{ entity: 'tibber:energy_home', unit: 'kWh', start: noon, state: 7 }],
  });
  expect(lines).toEqual([`tibber-energy-home energy ${iso(noon + hour)} 7`]);
});

test('what strangers put in place of the tables is refused', async () => {
  const bomb =
    'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS state_id, i AS state, i AS entity_id FROM n';
  for (const sql of [
    `DROP TABLE states; CREATE VIEW states AS ${bomb}`,
    `DROP TABLE states_meta; CREATE VIEW states_meta AS SELECT 1 AS metadata_id, randomblob(1000000000) AS entity_id`,
    `ALTER TABLE states ADD COLUMN extra AS (hex(zeroblob(100000000)))`,
    `DROP TABLE states`,
  ])
    await expect(read('now', { sql })).rejects.toMatchObject({ code: 'not-this-format' });
});

test('values of a size that Home Assistant never writes are not loaded', async () => {
  const { skipped, lines } = await read('now', {
    states: [{ entity: 'sensor.hall_temperature', state: '20.6', at: noon, attributes: temperature }],
    sql: `INSERT INTO states (metadata_id, state, last_updated_ts, attributes_id) VALUES (1, zeroblob(50000000), ${noon / 1000}, 1);
          INSERT INTO state_attributes VALUES (99, 0, '{"a":"' || hex(zeroblob(20000)) || '"}');
          INSERT INTO states (metadata_id, state, last_updated_ts, attributes_id) VALUES (1, '20.7', ${noon / 1000 + 1}, 99);
          INSERT INTO states (metadata_id, state, last_updated_ts, attributes_id) VALUES (77, '20.7', 'yesterday', 'x');`,
  });
  expect(lines).toEqual([`hall temperature ${iso(noon)} 20.6`]);
  expect(skipped).toEqual({ unavailable: 1, 'not-mapped': 1, device: 1 });
});

test('a file that is no database, or a damaged one, says so', async () => {
  using folder = makeFolder();
  const path = folder.path('home-assistant_v2.db');
  writeFileSync(path, 'time,device,quantity,value\n'.repeat(1000));
  await expect(readFile('home-assistant', path)).rejects.toMatchObject({ code: 'not-this-format' });

  const many = Array.from({ length: 20_000 }, (_, i) => ({
    entity: 'sensor.hall_temperature',
    state: '20',
    at: noon + i,
    attributes: temperature,
  }));
  const whole = folder.path('whole.db');
  makeRecorder(whole, 'now', { states: many });
  const bytes = readFileSync(whole);
  bytes.fill(0xa5, Math.floor(bytes.length / 3), Math.floor((bytes.length * 2) / 3));
  writeFileSync(folder.path('damaged.db'), bytes);
  await expect(readFile('home-assistant', folder.path('damaged.db'))).rejects.toMatchObject({
    code: 'damaged',
    message: expect.stringMatching(/SQLITE_CORRUPT/),
  });
});
