import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@hearth/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { depth } from '../../scripts/test/depth.mjs';
import { mutants as all, type Mutant } from './mutants.ts';
import { root, tryDevice } from './runs.ts';

/** Runs under way at once: most of their time they wait. */
const concurrency = 14;

const mutants = all.slice(0, depth.mutants);
const reports: Report[] = [];
let folder = '';

/** The example with one line altered, as a file beside what it imports. */
async function write(source: string, { from, to }: Mutant, index: number): Promise<string> {
  const pieces = source.split(from);
  if (pieces.length !== 2) throw new Error(`the example has ${pieces.length - 1} of: ${from}`);
  const file = join(folder, `mutant-${index}.mjs`);
  await writeFile(file, pieces.join(to));
  return file;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-mutants-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const source = await readFile(join(root, 'examples/device.mjs'), 'utf8');
  const left = [...mutants.entries()];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [index, mutant] = next;
      const file = await write(source, mutant, index);
      // Hundreds of starts load the same library.
      const env = { NODE_COMPILE_CACHE: join(folder, 'compiled'), ...mutant.env };
      reports[index] = await tryDevice([process.execPath, file], { env, hand: 'input' });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a device that breaks one rule fails this rule’s check and no other:', () => {
  test.for(mutants.map(({ breaks, from, to }, index) => ({ index, breaks: [breaks].flat(), from, to })))(
    '$breaks, for $from → $to',
    ({ index, breaks }) => {
      const { results = [], output = '' } = reports[index] ?? {};
      const failed = results.filter(({ verdict }) => verdict === 'fail');
      const words = failed.map(({ id, why, evidence = [] }) => [id, why, ...evidence].join('\n'));
      expect(
        failed.map(({ id }) => id),
        [...words, output].join('\n\n'),
      ).toEqual(breaks);
    },
  );
});

test('there are forty and more such devices', () => {
  expect(new Set(all.flatMap(({ breaks }) => breaks)).size).toBeGreaterThanOrEqual(40);
});
