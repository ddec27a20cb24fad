import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '@hearth/part';
import type { Values } from '@hearth/contract';
import { isUpTo } from './ledger.ts';

/** A reading in a device's buffer until its receipt comes. */
interface Buffered {
  boot: number;
  seq: number;
  at: number;
  values: Values;
}

/** The buffer of one device, oldest first. */
export interface Spool {
  readonly length: number;
  /** When the newest reading that ever went in was measured; 0 when there was none. Unix ms. */
  readonly newestAt: number;
  get(index: number): Buffered | undefined;
  /** @returns how many of the oldest fell out because the buffer is full: 0 or 1. */
  add(reading: Buffered): number;
  /** Drops all up to (boot, seq). @returns how many. */
  release(receipt: { boot: number; seq: number }): number;
  /** Gives what is in it new numbers, for a device that had lost its count. */
  renumber(boot: number): void;
}

/** The buffers of a home's devices, kept in one append-only file so that a killed process loses nothing. */
export interface Spools extends Disposable {
  of(device: string): Spool;
  /** Forgets everything. */
  clear(): void;
}

/** Room for a day at one reading in 5 s. */
const spoolMax = 20_000;
/** Lines of the file that nobody needs any more, before it is written anew. */
const slackLines = 1000;

interface Kept {
  readings: Buffered[];
  newestAt: number;
}

/**
 * Opens the buffers. Each reading is appended before it is first sent; receipts only make the file shorter
 * when it is written anew, since what was stored twice is told apart by (boot, seq).
 * @param file null keeps them in memory only.
 */
export function openSpools(file: string | null): Spools {
  const kept = new Map<string, Kept>();
  let lines = 0;
  const keptOf = (device: string): Kept => {
    let mine = kept.get(device);
    if (!mine) kept.set(device, (mine = { readings: [], newestAt: 0 }));
    return mine;
  };
  if (file) lines = load(file, keptOf);
  let fd = file ? openSync(file, 'a', 0o600) : null;

  const rewrite = (): void => {
    if (!file || fd === null) return;
    const text: string[] = [];
    for (const [device, mine] of kept) {
      text.push(line(device, { newestAt: mine.newestAt }));
      for (const reading of mine.readings) text.push(line(device, reading));
    }
    writeFileSync(`${file}.new`, text.join(''), { mode: 0o600 });
    closeSync(fd);
    renameSync(`${file}.new`, file);
    fd = openSync(file, 'a', 0o600);
    lines = text.length;
  };
  const tidy = (): void => {
    let live = kept.size;
    for (const mine of kept.values()) live += mine.readings.length;
    if (lines > 2 * live + slackLines) rewrite();
  };
  const append = (device: string, reading: Buffered): void => {
    if (fd === null) return;
    writeSync(fd, line(device, reading));
    lines += 1;
  };

  return {
    of: (device) => spoolOf(keptOf(device), { append: (reading) => append(device, reading), tidy, rewrite }),
    clear() {
      kept.clear();
      rewrite();
    },
    [Symbol.dispose]() {
      rewrite();
      if (fd !== null) closeSync(fd);
      fd = null;
    },
  };
}

function spoolOf(
  mine: Kept,
  file: { append(reading: Buffered): void; tidy(): void; rewrite(): void },
): Spool {
  return {
    get length() {
      return mine.readings.length;
    },
    get newestAt() {
      return mine.newestAt;
    },
    get: (index) => mine.readings[index],
    add(reading) {
      file.append(reading);
      mine.readings.push(reading);
      mine.newestAt = Math.max(mine.newestAt, reading.at);
      if (mine.readings.length <= spoolMax) return 0;
      mine.readings.shift();
      return 1;
    },
    release(receipt) {
      let count = 0;
      while (count < mine.readings.length && isUpTo(mine.readings[count]!, receipt)) count += 1;
      mine.readings.splice(0, count);
      if (count > 0) file.tidy();
      return count;
    },
    renumber(boot) {
      mine.readings = mine.readings.map((reading, i) => ({ ...reading, boot, seq: i + 1 }));
      file.rewrite();
    },
  };
}

function line(device: string, what: Buffered | { newestAt: number }): string {
  return `${JSON.stringify({ device, ...what })}\n`;
}

/** Reads the file of an earlier life, but for lines that a power cut tore. @returns the number of lines. */
function load(file: string, keptOf: (device: string) => Kept): number {
  makeFolder(dirname(file));
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  const lines = text.split('\n');
  for (const one of lines) {
    const entry = parseLine(one);
    if (!entry) continue;
    const { device, newestAt, ...reading } = entry;
    const mine = keptOf(device);
    if (newestAt === undefined) mine.readings.push(reading);
    mine.newestAt = Math.max(mine.newestAt, newestAt ?? reading.at);
  }
  return lines.length;
}

function parseLine(text: string): (Buffered & { device: string; newestAt?: number }) | null {
  try {
    return JSON.parse(text) as Buffered & { device: string; newestAt?: number };
  } catch {
    return null;
  }
}
