import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { config as api } from '@hearth/api';
import { config as broker } from '@hearth/broker';
import { config as simulator } from '@hearth/simulator';
import { expect, test } from 'vitest';
import { root } from './tidy/sources.ts';

const read = (name: string) => readFileSync(join(root, name), 'utf8');
const dockerfile = read('Dockerfile');
const compose = read('docker-compose.yml');
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]!);

test('containers run the main.ts files that `npm start` runs', () => {
  const mains = matches(compose, /command: \[(\S+main\.ts)\]/g);
  expect(mains).toEqual(matches(read('scripts/start/parts.mjs'), /main: '(\S+main\.ts)'/g));
});

test('containers have the heap that `npm start` gives a part', () => {
  const [, started] = /smallHeap = \[(.*)\]/.exec(read('scripts/start/part-node.mjs'))!;
  const [, contained] = /^ENTRYPOINT \["node", (.*)\]$/m.exec(dockerfile)!;
  const flags = (list: string) => matches(list, /['"](--[^'"]+)['"]/g);
  expect(flags(started!)).toHaveLength(2);
  expect(flags(contained!)).toEqual(flags(started!));
});

test('the image has the kit, which the api starts to check a device, and its port', () => {
  expect(dockerfile).toContain('--filter @hearth/kit...');
  expect(dockerfile).toMatch(/^EXPOSE .*\b8886\b/m);
  expect(compose).toContain("'127.0.0.1:8886:8886'");
});

test('containers set only variables that a part reads', () => {
  const known = new Set([broker, api, simulator].flatMap((schema) => Object.keys(schema.properties)));
  for (const name of matches(dockerfile + compose, /\b(HEARTH_[A-Z_]+)\b/g))
    expect(known, name).toContain(name);
});

test('the image is made with the Node and the pnpm of the lockfile and of `npm start`', () => {
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: { node: string } };
  const majors = new Set(matches(dockerfile, /^FROM node:(\d+)-slim/gm));
  expect([...majors]).toEqual([devDependencies.node.split('.')[0]]);
  expect(matches(dockerfile, /pnpm@([\d.]+)/g)).toEqual(
    matches(read('scripts/start/install.mjs'), /'pnpm@([\d.]+)'/g),
  );
});

test('what the image copies is there, and is not left out of the build', () => {
  const copied = matches(dockerfile, /^COPY (?!--from)(.+) \S+$/gm).flatMap((paths) => paths.split(' '));
  const left = read('.dockerignore').split('\n').filter(Boolean);
  expect(copied).not.toHaveLength(0);
  for (const path of copied) {
    expect(existsSync(join(root, path)), path).toBe(true);
    expect(left).not.toContain(path.split('/')[0]);
  }
});

test('every container is closed: read-only, without capabilities, on this machine’s address only', () => {
  const services = matches(compose, /^ {2}(\w+):\n {4}<<: \*part$/gm);
  expect(services).toEqual(['broker', 'api', 'home']);
  for (const line of ['read_only: true', 'cap_drop: [ALL]', 'security_opt: [no-new-privileges:true]'])
    expect(compose).toContain(`\n  ${line}\n`);
  const ports = matches(compose, /ports: \[([^\]]+)\]/g).flatMap((list) => list.split(', '));
  expect(ports.length).toBeGreaterThan(4);
  for (const port of ports) expect(port).toMatch(/^'127\.0\.0\.1:/);
  expect(dockerfile).toMatch(/^USER 1000:1000$/m);
});
