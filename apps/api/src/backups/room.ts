import { stat, statfs } from 'node:fs/promises';
import { BackupError, explainRefusal } from './backup-error.ts';
import type { Content } from './contents.ts';

/** Left free on each disk for what goes on meanwhile: readings above all. */
const reserveBytes = 64 * 1024 * 1024;

/** Where a backup is written: the encrypted files to one folder, copies in clear text to the other. */
export interface Places {
  target: string;
  scratch: string;
}

/** @throws {BackupError} */
export async function freeBytesAt(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    throw explainRefusal(error, `the disk of ${folder} cannot be looked at`);
  }
}

/** Whether two folders are on one disk: what is lost with one is lost with the other. */
export async function isSameDisk(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(a), stat(b)]).catch((error: unknown) => {
    throw explainRefusal(error, `${a} and ${b} cannot be looked at`);
  });
  return one.dev === other.dev;
}

/** @throws {BackupError} where what has to be copied is not there */
export async function sizeOf(contents: readonly Content[]): Promise<number> {
  const sizes = contents.map(async ({ from, isLive }) => {
    const { size } = await stat(from).catch((error: unknown) => {
      throw explainRefusal(error, `${from} cannot be read`);
    });
    const wal = isLive ? await stat(`${from}-wal`).catch(() => null) : null;
    return size + (wal?.size ?? 0);
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** How much has to be freed in the target for a backup of this size; 0 where there is room. @throws {BackupError} */
export async function lackingBytes(
  { target, scratch }: Places,
  bytes: number,
  reserve = reserveBytes,
): Promise<number> {
  const isOne = await isSameDisk(target, scratch);
  const free = await freeBytesAt(target);
  const wanted = (isOne ? 2 : 1) * bytes + reserve;
  return Math.max(0, wanted - free);
}

/** @throws {BackupError} that says how much is free and how much is needed */
export async function assertRoom(
  { target, scratch }: Places,
  bytes: number,
  reserve = reserveBytes,
): Promise<void> {
  const isOne = await isSameDisk(target, scratch);
  for (const [folder, copies] of [
    [target, isOne ? 2 : 1],
    [scratch, isOne ? 0 : 1],
  ] as const) {
    const free = await freeBytesAt(folder);
    const wanted = copies * bytes + reserve;
    if (copies > 0 && free < wanted)
      throw new BackupError(
        `there is no room: ${megabytes(free)} are free on the disk of ${folder}, and a backup needs ${megabytes(wanted)}`,
      );
  }
}

/** A size in words. */
export const megabytes = (bytes: number): string =>
  bytes < 10_000_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e6)} MB`;
