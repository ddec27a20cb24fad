import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { config as api } from '@hearth/api';
import { config as broker } from '@hearth/broker';
import { config as simulator } from '@hearth/simulator';
import { describe, expect, test } from 'vitest';
import { envBreaches, type ConfigSchema } from './tidy/env.ts';
import { exportBreaches, nameBreaches, noteBreaches, sizeBreaches } from './tidy/form.ts';
import { importBreaches, importCircles } from './tidy/imports.ts';
import { anchorsOf, linkBreaches } from './tidy/links.ts';
import { listPaths, readSources, root, type Breach } from './tidy/sources.ts';

const paths = listPaths();
const code = readSources(paths, /\.(ts|tsx|mjs)$/);
const styles = readSources(paths, /\.css$/);
const documents = readSources(paths, /\.md$/);
const example = readFileSync(join(root, '.env.example'), 'utf8');

/** Defaults that are places in this copy are told from its root. */
function fromRoot(schema: ConfigSchema): ConfigSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll(`${root}/`, '')) as ConfigSchema;
}
const schemas = { broker: fromRoot(broker), api: fromRoot(api), simulator: fromRoot(simulator) };

const whats = (breaches: readonly Breach[]) => breaches.map(({ what }) => what);

describe('the repository', () => {
  test('imports what its parts may import, by their faces', () => {
    expect(importBreaches(code)).toEqual([]);
  });
  test('has no circles', () => {
    expect(importCircles(code)).toEqual([]);
  });
  test('has no file that is too long', () => {
    expect(sizeBreaches([...code, ...styles])).toEqual([]);
  });
  test('has names that say something', () => {
    expect(nameBreaches([...code, ...styles].map(({ path }) => path))).toEqual([]);
  });
  test('exports by name', () => {
    expect(exportBreaches(code)).toEqual([]);
  });
  test('puts nothing off', () => {
    expect(noteBreaches([...code, ...styles, ...documents])).toEqual([]);
  });
  test('links to what is there', () => {
    expect(linkBreaches(documents, paths)).toEqual([]);
  });
  test('tells every variable and its default', () => {
    expect(envBreaches(example, schemas)).toEqual([]);
  });
});

describe('a planted breach is seen:', () => {
  test.for([
    ['apps/api/src/x.ts', `import { startBroker } from '@hearth/broker';`, /apps\/api may import/],
    ['apps/broker/src/x.ts', `import type { Store } from '@hearth/store';`, /apps\/broker may import/],
    ['packages/contract/src/x.ts', `import { pino } from '@hearth/part';`, /nothing of ours/],
    [
      'packages/store/src/x.ts',
      `import { demoHome } from '@hearth/simulator';`,
      /packages\/store may import/,
    ],
    ['devices/simulator/src/x.ts', `import { openStore } from '@hearth/store';`, /may import/],
    ['apps/api/src/x.ts', `import { topics } from '@hearth/contract/src/topics.ts';`, /one face/],
    ['apps/api/src/x.ts', `import { a } from '../../../packages/store/src/store.ts';`, /package name/],
    ['test/x.test.ts', `import { a } from '../apps/api/src/demo.ts';`, /package name/],
    ['apps/api/src/x.ts', `const b = await import('@hearth/broker');`, /may import/],
    ['apps/api/src/x.ts', `export {\n  a,\n  b,\n} from '@hearth/broker';`, /may import/],
    ['apps/dashboard/src/x.ts', `import { quantities } from '@hearth/contract';`, /import type/],
    ['apps/dashboard/src/x.ts', `import { type Device } from '@hearth/contract';`, /import type/],
    [
      'apps/dashboard/src/components/x.tsx',
      `import { get } from '../api/client.ts';`,
      /neither pages nor api/,
    ],
    [
      'apps/dashboard/src/components/x.tsx',
      `import { Home } from '../pages/home.tsx';`,
      /neither pages nor api/,
    ],
    ['packages/contract/src/x.ts', `import { readFileSync } from 'node:fs';`, /no Node/],
  ] as const)('%s with %s', ([path, text, what]) => {
    expect(whats(importBreaches([{ path, text }]))).toEqual([expect.stringMatching(what)]);
  });

  test.for([
    ['apps/api/src/x.ts', `import { openStore } from '@hearth/store';\nimport { a } from './a.ts';`],
    ['apps/api/src/x.test.ts', `import { startBroker } from '@hearth/broker';`],
    ['apps/dashboard/src/x.ts', `import type { Device } from '@hearth/contract';`],
    ['apps/dashboard/src/pages/x.tsx', `import { get } from '../api/client.ts';`],
    ['test/x.test.ts', `import { startApi } from '@hearth/api';`],
    ['apps/api/src/x.ts', ` * import { a } from '@hearth/broker';\n// await import('@hearth/broker')`],
  ] as const)('but not in %s with %s', ([path, text]) => {
    expect(importBreaches([{ path, text }])).toEqual([]);
  });

  test('a circle of three files, and none in types', () => {
    const file = (name: string, target: string, keyword = 'import') => ({
      path: `apps/api/src/${name}.ts`,
      text: `${keyword} { x } from './${target}.ts';`,
    });
    expect(whats(importCircles([file('a', 'b'), file('b', 'c'), file('c', 'a')]))).toEqual([
      'imports itself: apps/api/src/a.ts → apps/api/src/b.ts → apps/api/src/c.ts → apps/api/src/a.ts',
    ]);
    expect(importCircles([file('a', 'b'), file('b', 'a', 'import type')])).toEqual([]);
  });

  test('a file of 301 lines, tests aside', () => {
    const text = 'const x = 1;\n'.repeat(301);
    expect(whats(sizeBreaches([{ path: 'apps/api/src/x.ts', text }]))).toEqual([
      'has 301 lines, more than 300',
    ]);
    expect(sizeBreaches([{ path: 'apps/api/src/x.test.ts', text }])).toEqual([]);
    expect(sizeBreaches([{ path: 'apps/api/src/x.ts', text: text.slice(13) }])).toEqual([]);
  });

  test('a name that says nothing, or not in kebab case', () => {
    const names = ['apps/api/src/utils.ts', 'apps/api/src/common/a.ts', 'packages/heat/src/index.ts'];
    expect(nameBreaches(names)).toHaveLength(names.length);
    expect(whats(nameBreaches(['apps/dashboard/src/RoomCard.tsx']))).toEqual(['is not in kebab case']);
    expect(
      nameBreaches(['apps/dashboard/src/room-card.module.css', 'vitest.config.ts', 'a/x.test.ts']),
    ).toEqual([]);
  });

  test('a default export, configurations aside', () => {
    const text = 'export default function x() {}';
    expect(exportBreaches([{ path: 'apps/api/src/x.ts', text }])).toHaveLength(1);
    expect(exportBreaches([{ path: 'vite.config.ts', text }])).toEqual([]);
  });

  test('a note to do it later', () => {
    const text = '// TO\x44O: tidy up';
    expect(noteBreaches([{ path: 'apps/api/src/x.ts', text }])).toHaveLength(1);
  });

  test('a dead link, image and anchor', () => {
    const text =
      '# One thing\n[a](b.md) [b](#one-thing) ![c](no.png) [d](#no) [e](docs/x.md#there) [f](docs/x.md#no)\n`[g](no)`';
    const other = { path: 'docs/x.md', text: '## There\n[up](../a.md)\n' };
    expect(whats(linkBreaches([{ path: 'a.md', text }, other], ['a.md', 'docs/x.md']))).toEqual([
      'links to b.md: there is no such file',
      'links to no.png: there is no such file',
      'links to #no: there is no such heading',
      'links to docs/x.md#no: there is no such heading',
    ]);
    expect(
      linkBreaches([{ path: 'a.md', text: '[a](docs/) [b](https://x.org/#y)' }], ['a.md', 'docs/x.md']),
    ).toEqual([]);
    expect([...anchorsOf('# A `b` & c!\n## Same\n## Same\n```sh\n# no heading\n```\n')]).toEqual([
      'a-b--c',
      'same',
      'same-1',
    ]);
  });

  test('a variable that is missing, unread, wrong, told twice, told without a word, or set', () => {
    const schema = { broker: { properties: { HEARTH_A: { default: 1, description: 'a' } } } };
    const found = (text: string, more: Record<string, ConfigSchema> = {}) =>
      whats(envBreaches(text, { ...schema, ...more }));
    expect(found('# What it is.\n# HEARTH_A=1\n')).toEqual([]);
    expect(found('')).toEqual(['HEARTH_A is missing']);
    expect(found('# What it is.\n# HEARTH_A=2\n')).toEqual(['HEARTH_A has the default 1, not 2']);
    expect(found('# HEARTH_A=1\n')).toEqual(['HEARTH_A stands there without a word of what it is']);
    expect(found('# What.\n# HEARTH_A=1\n# What.\n# HEARTH_A=1\n')).toEqual(['HEARTH_A stands there twice']);
    expect(found('# What.\n# HEARTH_A=1\n# What.\n# HEARTH_B=\n')).toEqual(['HEARTH_B is read by no part']);
    expect(found('# What.\n# HEARTH_A=1\nHEARTH_A=1\n')).toEqual(['"HEARTH_A=1" is not commented out']);
    const other = { properties: { HEARTH_A: { default: 2, description: 'a' }, HEARTH_B: {} } };
    expect(found('# What.\n# HEARTH_A=1\n# What.\n# HEARTH_B=\n', { other })).toContain(
      'HEARTH_A: other has the default 2, another part 1',
    );
  });
});
