import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder that holds package.json, absolute, without a slash at the end. */
export const root = join(import.meta.dirname, '../..');

/** A file of the repository: its path from the root with slashes, and its text. */
export interface SourceFile {
  path: string;
  text: string;
}

/** One breach of a rule, as a person reads it. */
export interface Breach {
  path: string;
  what: string;
}

/** Every path that git knows or would take in, in the order of their names. */
export function listPaths(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64_000_000 });
  return [...new Set(listed.split('\0'))].filter((path) => path && existsSync(join(root, path))).sort();
}

/** The files among `paths` whose names end like this, with their texts. */
export function readSources(paths: readonly string[], ending: RegExp): SourceFile[] {
  return paths
    .filter((path) => ending.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** A test, or what only tests use: `x.test.ts` and `test-x.ts` beside the code, all of `test`. */
export function isTest(path: string): boolean {
  return /\.(test|spec)\.tsx?$|\/test-[a-z0-9-]+\.tsx?$/.test(path) || path.startsWith('test/');
}
