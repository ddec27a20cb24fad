import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '@hearth/part';
import type { HouseState } from './house.ts';

/** What a home keeps over a power cut: each device's boot counter, and the state of the house. */
interface Memory {
  /** Boots so far, by device id. */
  boots: { [device: string]: number };
  /** null in a home that never ran. */
  house: HouseState | null;
}

/** A {@link Memory} and where it lies. */
export interface MemoryFile {
  readonly memory: Memory;
  /** Writes it: whole or not at all, on disk when this returns. */
  save(): void;
}

const blank = (): Memory => ({ boots: {}, house: null });

/**
 * Reads the memory; one that cannot be read counts as blank, which the devices can live with: they learn
 * their boot from the receipt.
 * @param file null keeps it in this process only.
 */
export function openMemory(file: string | null, onUnreadable: (error: unknown) => void): MemoryFile {
  const memory = file ? read(file, onUnreadable) : blank();
  return {
    memory,
    save() {
      if (file) writeWhole(file, JSON.stringify(memory));
    },
  };
}

function read(file: string, onUnreadable: (error: unknown) => void): Memory {
  try {
    return { ...blank(), ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<Memory>) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onUnreadable(error);
    return blank();
  }
}

/** Replaces a file by way of a new one, so that a cut leaves the old or the new; readable by its owner only. */
export function writeWhole(file: string, text: string): void {
  makeFolder(dirname(file));
  const fd = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${file}.new`, file);
}
