import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileName = 'address';

/** Leaves in the folder where this broker can be reached from this machine, as long as it runs. */
export function noteAddress(folder: string, url: string): Disposable {
  const path = join(folder, fileName);
  writeFileSync(path, `${url}\n`, { mode: 0o600 });
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}

/** Where the broker of this folder can be reached, or could before it was killed; null when nobody knows. */
export function readAddress(folder: string): string | null {
  try {
    return readFileSync(join(folder, fileName), 'utf8').trim();
  } catch {
    return null;
  }
}
