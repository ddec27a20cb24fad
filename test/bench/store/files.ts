import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}

/** What files take of the disk: their blocks, and so what was set aside for them too. */
export function blocksB(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).blocks * 512, 0);
}

export const filesSizeB = (folder: string): number => blocksB(filesBelow(folder));

/** Writes out what is to be written, and lets the kernel forget these files. Nothing may have them open. */
export function dropCache(folder: string): void {
  execFileSync('sync', ['-f', folder]);
  const forget = 'for file; do dd if="$file" iflag=nocache count=0 status=none; done';
  execFileSync('find', [folder, '-type', 'f', '-exec', 'sh', '-c', forget, 'sh', '{}', '+']);
}
