import { isTest, type Breach, type SourceFile } from './sources.ts';

/** Longest source file; tests aside. */
const maxLines = 300;

/** Files longer than {@link maxLines}. */
export function sizeBreaches(files: readonly SourceFile[]): Breach[] {
  return files
    .filter(({ path }) => !isTest(path))
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > maxLines)
    .map(({ path, lines }) => ({ path, what: `has ${lines} lines, more than ${maxLines}` }));
}

/** Names that say nothing of what is inside. */
const emptyNames = new Set([
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'types',
  'manager',
  'service',
  'index',
]);

/** Source files and folders that are named for nothing, or not in kebab case. */
export function nameBreaches(paths: readonly string[]): Breach[] {
  return paths.flatMap((path) => {
    const steps = path.replace(/(\.(test|spec|config|d))?\.\w+$/, '').split('/');
    const name = steps.at(-1)!;
    if (path.endsWith('.html')) return [];
    if (steps.some((step) => emptyNames.has(step))) return [{ path, what: 'has a name that says nothing' }];
    return /^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name) ? [] : [{ path, what: 'is not in kebab case' }];
  });
}

/** Default exports, but for the configurations whose tools ask for them. */
export function exportBreaches(files: readonly SourceFile[]): Breach[] {
  return files
    .filter(
      ({ path, text }) =>
        !path.endsWith('.config.ts') && /^export default\b|^export \{[^}]*\bas default\b/m.test(text),
    )
    .map(({ path }) => ({ path, what: 'has a default export: export by name' }));
}

/** Notes to do something later: it is done now, or it is an issue. */
const laterNote = /\b(TO[D]O|FIX[M]E|XX[X])\b/;

/** Files that say so. */
export function noteBreaches(files: readonly SourceFile[]): Breach[] {
  return files.flatMap(({ path, text }) => {
    const note = laterNote.exec(text);
    return note ? [{ path, what: `says ${note[0]}` }] : [];
  });
}
