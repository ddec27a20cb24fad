import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Bytes that were written for what is in a folder. */
export interface WrittenCount extends Disposable {
  folder: string;
  /** What is counted, in words. */
  what: string;
  /** So far, with what the kernel had still to write. */
  writtenB(pid: number): number;
}

/** Enough for a day of 100 devices in the schema that takes most. */
const sizeMb = 2048;

/** Why a file system cannot be had for the counting; null where it can. */
function mountProblem(): string | null {
  if (process.getuid?.() !== 0) return 'only root can mount';
  const isThere = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  return ['mkfs.ext4', 'losetup', 'mount'].every(isThere) ? null : 'mkfs.ext4, losetup or mount is missing';
}

/**
 * An ext4 of its own in a file, so that the kernel counts all that is written for a folder, ext4's journal included.
 * Where it cannot be mounted, what the process has written stands for it, without ext4's part.
 */
export function countWrites(place: string): WrittenCount {
  const folder = join(place, 'files');
  mkdirSync(folder);
  const problem = mountProblem() ?? mount(place, folder);
  if (problem !== null) {
    console.error(`writes are counted by process, without those of the file system: ${problem}`);
    return {
      folder,
      what: 'by the process',
      writtenB: (pid) => Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]),
      [Symbol.dispose]: () => undefined,
    };
  }
  const mounted = readFileSync('/proc/mounts', 'utf8').split('\n');
  const device = basename(mounted.map((line) => line.split(' ')).find(([, where]) => where === folder)![0]!);
  const unmount = (): void => void spawnSync('umount', ['-l', folder]);
  process.prependOnceListener('exit', unmount);
  return {
    folder,
    what: 'at the block device',
    writtenB() {
      execFileSync('sync', ['-f', folder]);
      // Sectors of 512 bytes, seventh of the fields: Documentation/block/stat.rst of the kernel.
      return Number(readFileSync(`/sys/block/${device}/stat`, 'utf8').trim().split(/\s+/)[6]) * 512;
    },
    [Symbol.dispose]() {
      unmount();
      process.off('exit', unmount);
    },
  };
}

/** What went wrong; null when it is mounted. Nothing of the tables is left to be written in the background. */
function mount(place: string, folder: string): string | null {
  const image = join(place, 'image');
  const commands = [
    ['truncate', '-s', `${sizeMb}M`, image],
    ['mkfs.ext4', '-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image],
    ['mount', '-o', 'loop', image, folder],
  ];
  for (const [program = '', ...args] of commands) {
    const { status, stderr } = spawnSync(program, args);
    if (status !== 0) return `${program}: ${stderr.toString().trim()}`;
  }
  return null;
}
