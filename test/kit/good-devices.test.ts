import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@hearth/kit';
import { expect, test } from 'vitest';
import { findPahoPython, skipReason } from '../interop/programs.ts';
import { compileExample, compilerProblem } from './compile-example.ts';
import { root, tryDevice, unpassed } from './runs.ts';

const python = findPahoPython();
const paho = skipReason(python ? null : 'no Python with paho-mqtt is installed');
const compiler = skipReason(compilerProblem());
const node = process.execPath;
const example = (name: string): string => join(root, 'examples', name);

/** The verdicts of a run, to compare with those of another. */
const verdicts = ({ results }: Report): string[] => results.map(({ id, verdict }) => `${id} ${verdict}`);

test.concurrent('examples/device.mjs passes every check, twice alike', async () => {
  const once = () => tryDevice([node, example('device.mjs')], { hand: 'input' });
  const [first, second] = await Promise.all([once(), once()]);
  expect(unpassed(first)).toEqual([]);
  expect(verdicts(second)).toEqual(verdicts(first));
  const outage = first.results.find(({ id }) => id === 'readings.outage');
  expect(outage?.scaled).toBe('an outage: 1.5 s in place of 10 min');
});

const python3 = `examples/device.py passes every check${paho.note}`;
test.skipIf(paho.isSkipped)(python3, { concurrent: true }, async () => {
  expect(unpassed(await tryDevice([python!, example('device.py')], { hand: 'input' }))).toEqual([]);
});

const cpp = `examples/device in C++ passes every check, and knows the time only a moment after its start${compiler.note}`;
test.skipIf(compiler.isSkipped)(cpp, { concurrent: true }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-device-'));
  try {
    await compileExample(join(folder, 'device'));
    const env = { CLOCK_AFTER_MS: '700' };
    expect(unpassed(await tryDevice([join(folder, 'device')], { env, hand: 'input' }))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.concurrent.for(['demo-kitchen-thermostat', 'demo-kitchen-heater', 'demo-outside-sensor'])(
  '%s of the demo home fails nothing',
  async (device, { expect: expectHere }) => {
    const report = await tryDevice([node, join(root, 'test/kit/demo-device.ts')], { device });
    const tried = report.results.filter(({ verdict }) => verdict === 'pass');
    expectHere(tried.length).toBeGreaterThan(50);
    // Nobody touches a simulated device, and a sensor has nothing to be set.
    const others = unpassed(report).filter((line) => !/not-run: nobody can touch|not-applicable/.test(line));
    expectHere(others).toEqual([]);
  },
);
