import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tidy/sources.ts';

/** The unit that Hearth ships. */
export const unitPath = join(root, 'docs/operators/hearth.service');
const unit = readFileSync(unitPath, 'utf8');

/** What the unit says of a setting, line by line; an empty list where it says nothing. */
export function said(setting: string): string[] {
  return [...unit.matchAll(new RegExp(`^${setting}=(.*)$`, 'gm'))].map(([, value]) => value!);
}

/** The system calls that the unit leaves to Hearth, as this machine's systemd knows them. */
export function allowedCalls(): string[] {
  const allowed = new Set<string>();
  for (const line of said('SystemCallFilter')) {
    const isTaken = line.startsWith('~');
    for (const name of line.replace('~', '').split(' ').flatMap(callsOf))
      if (isTaken) allowed.delete(name);
      else allowed.add(name);
  }
  // systemd always leaves these, or nothing could be started.
  for (const name of callsOf('@default')) allowed.add(name);
  return [...allowed];
}

/** The calls of a group such as `@chown`, and of the groups in it. */
function callsOf(name: string): string[] {
  if (!name.startsWith('@')) return [name];
  const text = execFileSync('systemd-analyze', ['--no-pager', 'syscall-filter', name], { encoding: 'utf8' });
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap(callsOf);
}
