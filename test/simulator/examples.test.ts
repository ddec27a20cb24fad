import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultTable, parseSimulation, planHomes } from '@hearth/simulator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { startStack } from '../stack.ts';
import { startFlat } from './flat.ts';
import { hearthSim } from './hearth-sim.ts';
import { Platform } from './platform.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const examples = ['examples/home.yaml', 'examples/faulty-home.yaml', 'examples/fleet.yaml'];

test.for(examples)('%s fits the schema that editors complete it by', (path) => {
  const schema = JSON.parse(read('docs/reference/simulation.schema.json')) as object;
  const validate = new Ajv2020({ strict: false }).compile(schema);
  expect(validate(parse(read(path))), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...(parse(read(path)) as object), sed: 1 })).toBe(false);
  expect(read(path)).toMatch(
    /^# yaml-language-server: \$schema=\.\.\/docs\/reference\/simulation\.schema\.json\n/,
  );
});

test('the faulty home goes through all that its file says, and loses only what a fault keeps back', async () => {
  const yaml = read('examples/faulty-home.yaml').replace('period: 5s', 'period: 15s');
  const ids = planHomes(parseSimulation(yaml)).flatMap(({ devices }) => devices.map(({ id }) => id));
  await using platform = await Platform.start(ids);
  await using home = await startFlat(platform, { speed: 'max', yaml });
  const seen = new Set<string>();
  for (let minute = 0; minute < 30; minute++) {
    await home.runFor(60_000, new AbortController().signal);
    for (const fault of home.faults.list()) seen.add(fault.split(' ')[1]!);
  }
  const wanted = parseSimulation(yaml).faults.map(({ fault }) => fault);
  expect([...seen].toSorted()).toEqual([...new Set(wanted)].toSorted());
  expect(await home.finish()).toMatchObject({ lost: 0, waiting: 0 });
});

test('the example home enrols at Hearth with the token of the demo home, and its readings arrive', async () => {
  await using stack = await startStack({ demo: true });
  const yaml = read('examples/home.yaml')
    .replace('http://127.0.0.1:8080', stack.url)
    .replace('data/demo/token', join(stack.dataDir, 'demo/token'));
  const file = join(stack.dataDir, 'home.yaml');
  writeFileSync(file, yaml);
  const done = await hearthSim(['run', file, '--for', '8s', '--json']);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  const devices = await stack.api('devices');
  const mine = devices.filter(({ id }) => id.startsWith('cottage-'));
  expect(mine.map(({ id }) => id)).toHaveLength(6);
  expect(mine.every(({ about, counts }) => about?.simulated && counts.missing === 0)).toBe(true);
});

test('the guide has every fault, as the table of faults has it', () => {
  const rows = read('docs/simulator.md').matchAll(
    /^\| `([a-z-]+)` +\| (room|sensor|payload|connection|process) +\| (.*?) +\|/gm,
  );
  const told = [...rows].map(([, name, place, does]) => [name, place, does]);
  expect(told).toEqual(Object.entries(faultTable).map(([name, { place, does }]) => [name, place, does]));
});
