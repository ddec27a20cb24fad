import { existsSync, rmSync, writeFileSync } from 'node:fs';

const sizeB = 1024 * 1024;

/** Deleting takes room too: a file that is dropped for it on a full disk. */
export interface Ballast {
  drop(): void;
  /** Makes it anew; where there is no room, at a later call. */
  restore(): void;
}

export function keepBallast(path: string): Ballast {
  const ballast: Ballast = {
    drop: () => rmSync(path, { force: true }),
    restore() {
      if (existsSync(path)) return;
      try {
        writeFileSync(path, Buffer.alloc(sizeB), { mode: 0o600 });
      } catch {
        rmSync(path, { force: true });
      }
    },
  };
  ballast.restore();
  return ballast;
}
