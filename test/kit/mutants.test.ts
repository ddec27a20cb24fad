import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@hearth/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { depth } from '../../scripts/test/depth.mjs';
import { mutants as known, type Mutant } from './mutants.ts';
import { root, tryDevice } from './runs.ts';

/** Runs under way at once: most of their time they wait. */
const concurrency = 12;

/** Of those that are made again. */
const fewer = 3;

const mutants = known.slice(0, depth.mutants);
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

const failedOf = (report: Report | undefined): string[] =>
  (report?.results ?? []).filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);

/** Whether a device failed just the checks of the rules that it breaks. */
const isAsMeant = (index: number): boolean =>
  failedOf(reports[index]).join() === [mutants[index]!.breaks].flat().join();

/** Tries some mutants, so many at a time. */
async function tryAll(source: string, places: number[], atOnce: number): Promise<void> {
  const left = [...places];
  const work = async (): Promise<void> => {
    for (let index = left.shift(); index !== undefined; index = left.shift()) {
      const mutant = mutants[index]!;
      const file = await write(source, mutant, index);
      // Hundreds of starts load the same library.
      const env = { NODE_COMPILE_CACHE: join(folder, 'compiled'), ...mutant.env };
      reports[index] = await tryDevice([process.execPath, file], { env, hand: 'input' });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-mutants-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const source = await readFile(join(root, 'examples/device.mjs'), 'utf8');
  const all = [...mutants.keys()];
  await tryAll(source, all, concurrency);
  // Where the machine gave a device no time for seconds, it kept other rules neither; by themselves they can.
  const unclear = all.filter((index) => !isAsMeant(index));
  await tryAll(source, unclear, fewer);
}, 900_000);

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
  expect(new Set(known.flatMap(({ breaks }) => breaks)).size).toBeGreaterThanOrEqual(40);
});
