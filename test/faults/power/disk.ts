import type { TraceEvent } from './trace.ts';

/** How a disk may look after the power has gone: of what was not synced there is nothing, a part, or torn sectors. */
export const models = ['none', 'some', 'torn'] as const;
export type Model = (typeof models)[number];

const sectorBytes = 512;

type Change = { at: number; data: Buffer } | { size: number };

interface File {
  /** On disk for certain. */
  synced: Buffer;
  /** Since: may be there or not, in any order. */
  changes: Change[];
}

/** Names come and go in the order of the file system's own journal: a sync brings all up to its file with it. */
interface Naming {
  path: string;
  file: File | null;
}

/** The files that a program writes, with what a power cut at this moment can make of them. */
export function createDisk() {
  const names = new Map<string, File>();
  const syncedNames = new Map<string, File>();
  let namings: Naming[] = [];

  const settleNames = (count: number): void => {
    for (const { path, file } of namings.splice(0, count))
      if (file) syncedNames.set(path, file);
      else syncedNames.delete(path);
  };
  const isFolderOf = (folder: string): boolean => namings.some(({ path }) => path.startsWith(`${folder}/`));

  return {
    feed(event: TraceEvent): void {
      if (event.kind === 'say') return;
      const file = names.get(event.path);
      if (event.kind === 'create') {
        if (file) return;
        const made: File = { synced: Buffer.alloc(0), changes: [] };
        names.set(event.path, made);
        namings.push({ path: event.path, file: made });
      } else if (event.kind === 'unlink') {
        if (names.delete(event.path)) namings.push({ path: event.path, file: null });
      } else if (event.kind === 'sync') {
        if (file) {
          file.synced = apply(file.synced, file.changes);
          file.changes = [];
          settleNames(namings.findLastIndex((naming) => naming.file === file) + 1);
        } else if (isFolderOf(event.path)) settleNames(namings.length);
      } else if (event.kind === 'write') file?.changes.push({ at: event.at, data: event.data });
      else if (event.kind === 'truncate') file?.changes.push({ size: event.size });
    },
    /** One that a power cut now leaves, by path. */
    image(model: Model, random: () => number): Map<string, Buffer> {
      const kept = new Map(syncedNames);
      const namingsKept = model === 'none' ? 0 : Math.floor(random() * (namings.length + 1));
      for (const { path, file } of namings.slice(0, namingsKept))
        if (file) kept.set(path, file);
        else kept.delete(path);
      return new Map([...kept].map(([path, file]) => [path, contentOf(file, model, random)]));
    },
  };
}

function contentOf({ synced, changes }: File, model: Model, random: () => number): Buffer {
  if (model === 'none' || changes.length === 0) return synced;
  const happened = changes.filter(() => random() < 0.5);
  return apply(synced, model === 'torn' ? happened.flatMap((change) => tear(change, random)) : happened);
}

function tear(change: Change, random: () => number): Change[] {
  if ('size' in change) return [change];
  const { at, data } = change;
  const pieces: Change[] = [];
  for (let from = 0; from < data.length;) {
    const to = Math.min(data.length, from + sectorBytes - ((at + from) % sectorBytes));
    if (random() < 0.5) pieces.push({ at: at + from, data: data.subarray(from, to) });
    from = to;
  }
  return pieces;
}

function apply(content: Buffer, changes: readonly Change[]): Buffer {
  if (changes.length === 0) return content;
  const ends = changes.map((change) => ('size' in change ? change.size : change.at + change.data.length));
  const bytes = Buffer.alloc(Math.max(content.length, ...ends));
  content.copy(bytes);
  let size = content.length;
  for (const change of changes) {
    if ('size' in change) {
      bytes.fill(0, change.size);
      size = change.size;
    } else {
      change.data.copy(bytes, change.at);
      size = Math.max(size, change.at + change.data.length);
    }
  }
  return bytes.subarray(0, size);
}
