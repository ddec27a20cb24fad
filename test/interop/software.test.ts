import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'software', name), 'utf8'));
const { dependencies } = read('package.json') as { dependencies: Record<string, string> };
const { packages } = read('package-lock.json') as {
  packages: Record<string, { version: string; integrity?: string; resolved?: string; inBundle?: boolean }>;
};

test('the programs that are run beside Hearth have one version each', () => {
  for (const [name, version] of Object.entries(dependencies)) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
  }
});

test('they and all below them come from the registry alone, and are known by their SHA-512', () => {
  // What a package brings inside itself is covered by its own.
  const installed = Object.entries(packages).filter(([place, { inBundle }]) => place !== '' && !inBundle);
  expect(installed.length).toBeGreaterThan(300);
  for (const [place, { integrity, resolved = 'https://registry.npmjs.org/' }] of installed) {
    expect(integrity, place).toMatch(/^sha512-/);
    expect(resolved, place).toMatch(/^https:\/\/registry\.npmjs\.org\//);
  }
});
