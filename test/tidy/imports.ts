import { posix } from 'node:path';
import { isTest, type Breach, type SourceFile } from './sources.ts';

/** Where one file refers to another module. */
interface Import {
  target: string;
  isTypeOnly: boolean;
}

/**
 * Who may import whom: DESIGN.md's table. `any` is every package's public face; `part` is how a process reads
 * its configuration, starts and stops. Tests beside the code use any part's face, as those in `test` do.
 */
const mayImport: Record<string, readonly string[] | 'any'> = {
  'packages/contract': [],
  'packages/part': [],
  'packages/heat': [],
  'packages/monitor': ['contract'],
  'packages/store': ['contract'],
  'packages/adapters': ['contract'],
  'packages/transfer': ['contract', 'store'],
  'packages/probe': ['contract', 'part'],
  'apps/broker': ['contract', 'part'],
  'apps/api': ['contract', 'part', 'store', 'transfer', 'probe', 'heat', 'adapters', 'monitor'],
  'apps/dashboard': ['contract'],
  'devices/simulator': ['contract', 'part', 'heat'],
  'devices/kit': ['contract', 'part'],
  scripts: 'any',
  test: 'any',
};

/** These run in a browser too: nothing of Node in them. */
const withoutNode = new Set(['packages/contract', 'packages/heat', 'packages/monitor', 'apps/dashboard']);

/** In the dashboard, components stand alone: pages put them together with the api. */
const dashboardLayers = [{ inside: 'apps/dashboard/src/components/', notFrom: ['pages', 'api'] }];

/** The part that a file belongs to: `apps/api`, `packages/store`, `scripts`, `test`; empty for the root's own. */
function partOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  if (['packages', 'apps', 'devices'].includes(first)) return `${first}/${second}`;
  return first === 'scripts' || first === 'test' ? first : '';
}

/** Every module that a file names in an import or export; comments and text inside lines are left out. */
function importsOf(text: string): Import[] {
  const found: Import[] = [];
  for (const [, isType, target] of text.matchAll(
    /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+['"]([^'"]+)['"]/gm,
  ))
    found.push({ target: target!, isTypeOnly: isType !== undefined });
  for (const [, target] of text.matchAll(/^import\s+['"]([^'"]+)['"]/gm))
    found.push({ target: target!, isTypeOnly: false });
  for (const [, before, target] of text.matchAll(/^(?!\s*(?:\*|\/\/))(.*?)\bimport\(\s*['"]([^'"]+)['"]/gm))
    found.push({ target: target!, isTypeOnly: /(typeof|[:<|&])\s*$/.test(before!) });
  return found;
}

/** Imports that the table does not allow, that reach behind a package's face, or that need Node where none is. */
export function importBreaches(files: readonly SourceFile[]): Breach[] {
  return files.flatMap(({ path, text }) =>
    importsOf(text).flatMap((found) => {
      const what = breachOf(path, found);
      return what === null ? [] : [{ path, what }];
    }),
  );
}

function breachOf(path: string, { target, isTypeOnly }: Import): string | null {
  const part = partOf(path);
  if (target.startsWith('.')) return relativeBreach(path, part, target);
  if (target.startsWith('node:'))
    return withoutNode.has(part) && !isTest(path) && path.includes('/src/')
      ? `imports ${target}: this part runs where there is no Node`
      : null;
  const [, name, deeper] = /^@hearth\/([^/]+)(\/.*)?$/.exec(target) ?? [];
  if (name === undefined) return null;
  if (deeper !== undefined) return `imports ${target}: a package has one face, @hearth/${name}`;
  const allowed = mayImport[part];
  if (allowed === undefined || allowed === 'any' || (isTest(path) && part !== 'packages/contract'))
    return null;
  if (!allowed.includes(name))
    return `imports ${target}: ${part} may import ${allowed.join(', ') || 'nothing of ours'}`;
  if (part === 'apps/dashboard' && !isTypeOnly && !isTest(path))
    return `imports ${target} for more than its types: write import type`;
  return null;
}

function relativeBreach(path: string, part: string, target: string): string | null {
  const resolved = posix.join(posix.dirname(path), target);
  const reached = partOf(resolved);
  // The root's own files are the settings of the tools that scripts start.
  if (reached !== part && !(['test', ''].includes(part) && reached === 'scripts'))
    return `imports ${target}: another part is reached by its package name`;
  for (const { inside, notFrom } of dashboardLayers)
    if (path.startsWith(inside) && !isTest(path))
      for (const layer of notFrom)
        if (resolved.startsWith(posix.join(inside, '..', layer)))
          return `imports ${target}: components import neither pages nor api`;
  return null;
}

/** Circles of imports among files, types aside: each as the paths along it. */
export function importCircles(files: readonly SourceFile[]): Breach[] {
  const known = new Set(files.map((file) => file.path));
  const edges = new Map(
    files.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter(({ target, isTypeOnly }) => target.startsWith('.') && !isTypeOnly)
        .map(({ target }) => posix.join(posix.dirname(path), target))
        .filter((target) => known.has(target)),
    ]),
  );
  const done = new Set<string>();
  const circles: Breach[] = [];
  function walk(path: string, trail: readonly string[]): void {
    const start = trail.indexOf(path);
    if (start >= 0)
      circles.push({ path, what: `imports itself: ${[...trail.slice(start), path].join(' → ')}` });
    if (start >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  }
  for (const path of edges.keys()) walk(path, []);
  return circles;
}
