import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPahoPython, run, skipReason } from '../interop/programs.ts';
import { compilerProblem } from './compile-example.ts';
import { root, tryDevice, unpassed } from './runs.ts';

/** Code of docs/first-device.md, with the name that stands behind the language of its fence. */
const guide = await readFile(join(root, 'docs/first-device.md'), 'utf8');
const blocks = [...guide.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', code = '']) => ({
  name,
  code,
}));
const excerpts = blocks.filter(({ name }) => name.startsWith('examples/'));
/** The checks of which the guide says that they pass. */
const only = /--only (birth\.order\S+)/.exec(guide)?.[1]?.split(',') ?? [];

const python = findPahoPython();
const paho = skipReason(python ? null : 'no Python with paho-mqtt is installed');
const compiler = skipReason(compilerProblem());
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-guide-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Saves the first device in one language as the guide tells its reader to. @returns its path */
async function save(name: string): Promise<string> {
  const block = blocks.find((one) => one.name === name);
  if (!block) throw new Error(`the guide has no ${name}`);
  await writeFile(join(folder, name), block.code);
  return join(folder, name);
}

/** What of the checks that the guide names does not pass. */
async function tryFirst(program: readonly string[]): Promise<string[]> {
  const report = await tryDevice(program, { only });
  expect(report.results).toHaveLength(8);
  return unpassed(report);
}

test.concurrent('first.mjs of the guide passes the checks that it names', async () => {
  expect(await tryFirst([process.execPath, await save('first.mjs')])).toEqual([]);
});

const inPython = `first.py of the guide passes the checks that it names${paho.note}`;
test.skipIf(paho.isSkipped)(inPython, { concurrent: true }, async () => {
  expect(await tryFirst([python!, await save('first.py')])).toEqual([]);
});

const inCpp = `first.cpp of the guide passes the checks that it names${compiler.note}`;
test.skipIf(compiler.isSkipped)(inCpp, { concurrent: true }, async () => {
  const program = join(folder, 'first');
  const compiled = await run('g++', ['-std=c++17', '-o', program, await save('first.cpp'), '-lmosquitto']);
  expect(compiled.output).toBe('');
  expect(await tryFirst([program])).toEqual([]);
});

/** Without what a formatter decides. */
const bare = (code: string): string => code.replace(/\s+/g, '').replace(/,(?=[)\]}])/g, '');

test.for(excerpts.map(({ name, code }) => ({ name, code, begins: code.split('\n')[0] })))(
  'the guide cuts “$begins” out of $name as it is',
  async ({ name, code }) => {
    expect(bare(await readFile(join(root, name), 'utf8'))).toContain(bare(code));
  },
);

test('the guide shows code of all three examples', () => {
  expect(new Set(excerpts.map(({ name }) => name)).size).toBeGreaterThanOrEqual(3);
});
