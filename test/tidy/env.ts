import type { Breach } from './sources.ts';

/** A part's configuration schema, as far as its variables and their defaults go. */
export interface ConfigSchema {
  properties: object;
}
interface Variable {
  default?: string | number | boolean;
  description?: string;
}

const path = '.env.example';

/** The variables that an example file tells: `# NAME=default`, each below a comment that says what it is. */
function told(example: string): Map<string, { value: string; hasWords: boolean }[]> {
  const found = new Map<string, { value: string; hasWords: boolean }[]>();
  const lines = example.split('\n');
  for (const [index, line] of lines.entries()) {
    const match = /^# ?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
    if (!match) continue;
    const entry = { value: match[2]!, hasWords: /^# [^=]+$/.test(lines[index - 1] ?? '') };
    found.set(match[1]!, [...(found.get(match[1]!) ?? []), entry]);
  }
  return found;
}

/**
 * Where `.env.example` and the parts' schemas differ. Every variable stands there once, commented out, with
 * its default (empty when it has none); a line that is not commented out would change a copy's behaviour.
 */
export function envBreaches(example: string, schemas: Readonly<Record<string, ConfigSchema>>): Breach[] {
  const breaches: Breach[] = [];
  const report = (what: string) => breaches.push({ path, what });
  const documented = told(example);
  const defaults = new Map<string, string>();
  for (const [part, schema] of Object.entries(schemas))
    for (const [name, property] of Object.entries<Variable>({ ...schema.properties })) {
      const value = String(property.default ?? '');
      const other = defaults.get(name);
      if (other !== undefined && other !== value)
        report(`${name}: ${part} has the default ${value}, another part ${other}`);
      if (!property.description) report(`${name}: ${part} does not describe it`);
      defaults.set(name, value);
    }
  for (const [name, value] of defaults) {
    const [entry, ...more] = documented.get(name) ?? [];
    if (!entry) report(`${name} is missing`);
    else if (entry.value !== value) report(`${name} has the default ${value}, not ${entry.value}`);
    else if (!entry.hasWords) report(`${name} stands there without a word of what it is`);
    if (more.length > 0) report(`${name} stands there twice`);
  }
  for (const name of documented.keys()) if (!defaults.has(name)) report(`${name} is read by no part`);
  for (const line of example.split('\n'))
    if (/^\s*[^#\s]/.test(line)) report(`"${line}" is not commented out`);
  return breaches;
}
