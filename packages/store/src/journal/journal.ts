import { copyFileSync, constants, existsSync, readFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { syncFolder } from './sync-folder.ts';
import { frameHeadLength, readFrames, writeHead, type Frame, type ReadFile } from './frames.ts';

/** A file is grown by so many zeros at a time, so that a commit within them changes no metadata on disk. */
const growthB = 512 * 1024;

/** A frame as long as this grows the file by itself: what it costs to note the new length is little beside it. */
const longFrameB = 16 * 1024;

/** What the journal has in its two files. */
export interface Journal extends AsyncDisposable {
  /** Resolves when the payload is on disk, with the number of its frame. After a refusal the same may be given again. */
  append(payload: Uint8Array): Promise<number>;
  /** The number of the first frame in the file that is written to. */
  readonly firstFrame: number;
  /** Of the newest frame; 0 before the first. */
  readonly lastFrame: number;
  /** Bytes in the file that is written to. */
  readonly length: number;
  /** Goes on in the other file, whose frames are needed no more; what is on its way still ends in this one. */
  turn(): void;
  /** Gives the room of both files back; everything in them has to be sealed. */
  empty(): Promise<void>;
}

/** One of the two files. */
interface File {
  handle: FileHandle;
  /** Where the next frame goes, and how far the file reaches. */
  end: number;
  size: number;
}

/**
 * Opens the journal at `path` + `-0` and `-1`, which are made where they are missing. Commits are appended to one file
 * and synced (fdatasync); when everything in the other is sealed elsewhere they go on there, from its beginning.
 * @param from frames with lower numbers are sealed elsewhere
 * @param after the number of the newest frame that is known otherwise: numbers go on behind it
 * @param onFrame gets what was there, in order
 * @param onDamage is told of bytes that were lost; the file was copied before
 * @throws a system error
 */
export async function openJournal(
  path: string,
  {
    from,
    after,
    onFrame,
    onDamage,
  }: { from: number; after: number; onFrame: (frame: Frame) => void; onDamage: (what: string) => void },
): Promise<Journal> {
  const paths = [`${path}-0`, `${path}-1`] as const;
  const read = paths.map((one) =>
    existsSync(one) ? readFrames(readFileSync(one), from) : { frames: [], end: 0, damagedBytes: 0 },
  );
  for (const [i, { damagedBytes }] of read.entries())
    if (damagedBytes > 0) onDamage(setAside(paths[i]!, damagedBytes));
  // The file whose frames are older comes first.
  const order = [0, 1].toSorted((a, b) => firstOf(read[a]!) - firstOf(read[b]!));
  const missing = missingBetween(read[order[0]!]!, read[order[1]!]!);
  if (missing > 0)
    onDamage(`${missing} commits between the two files of ${path} are missing: what they had is lost`);
  for (const i of order) for (const frame of read[i]!.frames) onFrame(frame);

  const files = await Promise.all(paths.map((one, i) => openFile(one, read[i]!.end)));
  // A process that was killed may have left a frame that was not synced: it was taken in, and is promised from now on.
  for (const { handle, end } of files) if (end > 0) await handle.datasync();
  syncFolder(path);
  let current = read[order[1]!]!.frames.length > 0 ? order[1]! : order[0]!;
  let lastFrame = Math.max(after, ...read.flatMap(({ frames }) => frames.at(-1)?.number ?? 0));
  let firstFrame = read[current]!.frames[0]?.number ?? lastFrame + 1;
  /** The frame that is on its way, or was last. */
  let begun = lastFrame;

  return {
    get firstFrame() {
      return firstFrame;
    },
    get lastFrame() {
      return lastFrame;
    },
    get length() {
      return files[current]!.end;
    },
    async append(payload) {
      const file = files[current]!;
      begun = lastFrame + 1;
      const frame = Buffer.allocUnsafe(frameHeadLength + payload.length);
      frame.set(payload, frameHeadLength);
      writeHead(frame, begun);
      await grow(file, frame.length);
      // At the same place after a refusal: what a failed sync left in doubt is written anew.
      await file.handle.write(frame, 0, frame.length, file.end);
      await file.handle.datasync();
      file.end += frame.length;
      file.size = Math.max(file.size, file.end);
      return ++lastFrame;
    },
    turn() {
      current = 1 - current;
      files[current]!.end = 0;
      firstFrame = begun + 1;
    },
    async empty() {
      // The older one first, for certain: alone after a power cut, it would bring back what frames of the newer forgot.
      for (const file of [files[1 - current]!, files[current]!]) {
        await file.handle.truncate(0);
        await file.handle.datasync();
        file.end = 0;
        file.size = 0;
      }
      firstFrame = lastFrame + 1;
    },
    async [Symbol.asyncDispose]() {
      for (const { handle } of files) await handle.close();
    },
  };
}

const firstOf = ({ frames }: ReadFile): number => frames[0]?.number ?? 0;

/** Frames that neither file has: the end of the older one is damaged. */
function missingBetween({ frames }: ReadFile, newer: ReadFile): number {
  const last = frames.at(-1)?.number;
  return last === undefined ? 0 : Math.max(0, firstOf(newer) - last - 1);
}

async function openFile(path: string, end: number): Promise<File> {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  const { size } = await handle.stat();
  return { handle, end, size };
}

/** Makes room; where the disk has none for zeros, the frame itself may still fit. */
async function grow(file: File, more: number): Promise<void> {
  if (file.end + more <= file.size || more >= longFrameB) return;
  try {
    const zeros = Buffer.alloc(growthB);
    await file.handle.write(zeros, 0, zeros.length, file.size);
    file.size += zeros.length;
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
  }
}

/** Copies a damaged file before it is written to again; never over a copy that is there. */
function setAside(path: string, damagedBytes: number): string {
  const copy = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  copyFileSync(path, copy, constants.COPYFILE_EXCL);
  return `${damagedBytes} bytes amid ${path} are damaged: what stood there is lost, a copy is in ${copy}`;
}
