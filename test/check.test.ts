import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, matchesGlob } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listPaths, root } from './tidy/sources.ts';

let copy = '';
const planted = 'packages/part/src/log.ts';

/** Leaves of a project the file in which a breach is planted: `pnpm check` has just been through the rest. */
async function narrow(project: string, path: string): Promise<void> {
  const file = join(copy, project);
  const { include, ...rest } = JSON.parse(await readFile(file, 'utf8')) as { include: string[] };
  expect(include.some((folder) => matchesGlob(path, `${folder}/**`))).toBe(true);
  await writeFile(file, JSON.stringify({ ...rest, include: [path] }));
}

/** A copy of the sources beside which the installed packages stand, so that breaches can be planted. */
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'hearth-check-'));
  const paths = listPaths();
  for (const path of paths) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await cp(join(root, path), join(copy, path));
  }
  const packages = paths.filter((path) => path.endsWith('package.json')).map(dirname);
  for (const folder of packages)
    await symlink(join(root, folder, 'node_modules'), join(copy, folder, 'node_modules'));
  await narrow('tsconfig.json', planted);
  await narrow('apps/dashboard/tsconfig.json', 'src/clock.ts');
});
afterAll(() => rm(copy, { recursive: true, force: true }));

interface Result {
  code: number;
  output: string;
}

/** Runs a tool in the copy, as the script of package.json does. */
function run(tool: string, args: readonly string[]): Promise<Result> {
  const bin = join(root, 'node_modules/.bin');
  return new Promise((resolve) => {
    execFile(
      join(bin, tool),
      args,
      { cwd: copy, env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}`, NO_COLOR: '1' } },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, output: `${stdout}${stderr}` }),
    );
  });
}

const wrongType = `\nexport const planted: number = 'text';\n`;
const floating = `\nasync function later(): Promise<void> {}\nexport function planted(): void {\n  later();\n}\n`;

test.for([
  ['types', ['tsc', '-p', 'tsconfig.json'], planted, wrongType, /log\.ts.*TS2322/],
  [
    'types of the dashboard',
    ['tsc', '-p', 'apps/dashboard/tsconfig.json'],
    'apps/dashboard/src/clock.ts',
    wrongType,
    /clock\.ts.*TS2322/,
  ],
  [
    'type-aware lint',
    ['oxlint', '--type-aware', '--deny-warnings', planted],
    planted,
    floating,
    /no-floating-promises/,
  ],
  ['format', ['oxfmt', '--check', planted], planted, `\nexport const planted   = 1\n`, /log\.ts/],
  ['unused', ['knip'], planted, `\nexport const planted = 1;\n`, /planted .*log\.ts/],
] as const)('%s fails on a planted breach', { timeout: 120_000 }, async ([, command, path, breach, says]) => {
  const [tool, ...args] = command;
  const file = join(copy, path);
  const clean = await readFile(file, 'utf8');
  await writeFile(file, clean + breach);
  const { code, output } = await run(tool, args);
  await writeFile(file, clean);
  expect(code).toBe(1);
  expect(output).toMatch(says);
});
