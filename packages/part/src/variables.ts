import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const prefix = 'HEARTH_';
/** Every variable of every part stands there; the tests hold it to the parts' schemas. */
const examplePath = join(import.meta.dirname, '../../../.env.example');
/** Longer names are told cut: nobody reads on, and comparing takes time by their length. */
const nameMaxLength = 80;

/** The variables that Hearth reads, of all its parts; none where `.env.example` was taken away. */
export function knownVariables(): string[] {
  if (!existsSync(examplePath)) return [];
  return Array.from(readFileSync(examplePath, 'utf8').matchAll(/^# ?(HEARTH_\w+)=/gm), ([, name]) => name!);
}

/**
 * One line for each variable that is set, begins with `HEARTH_` and that no part reads: most likely it is
 * misspelt, and would be ignored without a word. The line names the variable that was perhaps meant.
 */
export function strangeVariables(env: NodeJS.ProcessEnv, known = knownVariables()): string[] {
  if (known.length === 0) return [];
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && env[name] && !known.includes(name))
    .toSorted()
    .map((name) => name.slice(0, nameMaxLength))
    .map((name) => {
      const meant = nearest(name, known);
      const hint = meant ? `did you mean ${meant}?` : 'Hearth has no such variable, see .env.example';
      return `${name} is ignored: ${hint}`;
    });
}

/** The known name with the fewest slips, where that is at most one for every three letters. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const written = name.slice(prefix.length).toUpperCase();
  const [best] = known
    .map((candidate) => {
      const meant = candidate.slice(prefix.length);
      // Somebody who leaves a word out or adds one has misspelt nothing else.
      const isPart = written.length > 2 && (meant.endsWith(written) || written.startsWith(meant));
      return { candidate, slips: isPart ? 1 : slipsBetween(written, meant), length: meant.length };
    })
    .filter(({ slips, length }) => slips <= length / 3)
    .toSorted((a, b) => a.slips - b.slips);
  return best?.candidate;
}

/** Letters to add, leave out or change between two words. @see Levenshtein distance, Wagner–Fischer */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++)
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (a[i] === b[j] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
