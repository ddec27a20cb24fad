import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { knownVariables, strangeVariables } from './variables.ts';

const known = ['HEARTH_HTTP_PORT', 'HEARTH_MQTT_PORT', 'HEARTH_DATA_DIR', 'HEARTH_SIM_SEED'];
const warn = (...names: string[]) =>
  strangeVariables(Object.fromEntries(names.map((name) => [name, '1'])), known);

test('variables that are known, empty or of others are not spoken of', () => {
  expect(warn(...known, 'PATH', 'HEARTHSTONE')).toEqual([]);
  expect(strangeVariables({ HEARTH_HTP_PORT: '' }, known)).toEqual([]);
});

test.for([
  ['HEARTH_HTP_PORT', 'HEARTH_HTTP_PORT'],
  ['HEARTH_HTTP_PROT', 'HEARTH_HTTP_PORT'],
  ['HEARTH_MQTTPORT', 'HEARTH_MQTT_PORT'],
  ['HEARTH_DATA_DIRECTORY', 'HEARTH_DATA_DIR'],
  ['HEARTH_SEED', 'HEARTH_SIM_SEED'],
  ['HEARTH_SIM_SEEDS', 'HEARTH_SIM_SEED'],
  ['HEARTH_data_dir', 'HEARTH_DATA_DIR'],
] as const)('%s is taken for a slip of %s', ([written, meant]) => {
  expect(warn(written)).toEqual([`${written} is ignored: did you mean ${meant}?`]);
});

test.for(['HEARTH_COLOUR', 'HEARTH_X', 'HEARTH_'])('%s is like none of them', (name) => {
  expect(warn(name)).toEqual([`${name} is ignored: Hearth has no such variable, see .env.example`]);
});

test('several are told in the order of their names, and one that goes on and on is cut', () => {
  const long = `HEARTH_${'Z'.repeat(5000)}`;
  const lines = warn(long, 'HEARTH_HTP_PORT');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('HEARTH_HTP_PORT');
  expect(lines[1]!.length).toBeLessThan(200);
});

test('the known ones are those of .env.example', () => {
  const example = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8');
  expect(knownVariables().length).toBeGreaterThan(10);
  for (const name of knownVariables()) expect(example).toContain(`\n# ${name}=`);
  expect(strangeVariables(Object.fromEntries(knownVariables().map((name) => [name, '1'])))).toEqual([]);
});
