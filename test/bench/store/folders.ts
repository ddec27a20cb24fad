import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders of one run, gone with all that is in them when it is disposed of, or the process ends. */
export interface Folders extends Disposable {
  /** A new one. */
  make(name: string): string;
  remove(folder: string): void;
}

export function makeFolders(): Folders {
  const root = mkdtempSync(join(tmpdir(), 'hearth-bench-store-'));
  // A server that runs as a user of its own has to get through to its folder.
  chmodSync(root, 0o711);
  let count = 0;
  const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });
  const removeAll = (): void => remove(root);
  process.once('exit', removeAll);
  return {
    make(name) {
      count += 1;
      const folder = join(root, `${count}-${name}`);
      mkdirSync(folder);
      return folder;
    },
    remove,
    [Symbol.dispose]() {
      process.off('exit', removeAll);
      removeAll();
    },
  };
}
