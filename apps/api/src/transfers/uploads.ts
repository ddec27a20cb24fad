import { createWriteStream } from 'node:fs';
import { open, readdir, rm, statfs } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '@hearth/part';
import { TooManyError } from '../accounts/delays.ts';
import { RequestError } from '../http/problems.ts';

/** What an upload may take. */
export interface UploadLimits {
  maxBytes: number;
  /** What it leaves free on the disk. */
  freeBytes: number;
}

/** The folder of files that are to be imported. */
export interface Uploads {
  path(id: string): string;
  /**
   * Streams a request's body into the file of this id; it is on disk when it resolves, with its size. Nothing is left
   * of an upload that fails. @throws {RequestError}
   */
  take(id: string, body: IncomingMessage): Promise<number>;
  remove(id: string): Promise<void>;
  /** Removes files of no import: an upload that a kill broke off. */
  removeOthers(ids: ReadonlySet<string>): Promise<void>;
}

/** Between two looks at the disk. */
const lookBytes = 16_000_000;
/** At once: each writes as fast as the network brings it. */
const uploadsMax = 2;
/** A recorder database brings files beside it when it is read. */
const endings = ['', '-wal', '-shm'] as const;

/** Opens the folder, which is made where it is missing. */
export function openUploads(folder: string, limits: UploadLimits): Uploads {
  makeFolder(folder);
  const path = (id: string): string => join(folder, id);
  let count = 0;

  async function assertRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize - bytes < limits.freeBytes) throw new RequestError('no-room', 'The disk is too full.');
  }
  function assertSize(bytes: number): void {
    if (bytes > limits.maxBytes)
      throw new RequestError(
        'too-large',
        `A file may have ${limits.maxBytes / 1e6} MB (HEARTH_IMPORT_MAX_MB).`,
      );
  }

  async function write(file: string, body: IncomingMessage): Promise<number> {
    let size = 0;
    let lookAt = lookBytes;
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          size += chunk.length;
          assertSize(size);
          if (size > lookAt) await assertRoom(0);
          if (size > lookAt) lookAt += lookBytes;
          yield chunk;
        }
      },
      createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }),
    );
    if (size === 0) throw new RequestError('bad-request', 'The file is empty: send it as the body.');
    await syncFolder(folder);
    return size;
  }

  async function remove(id: string): Promise<void> {
    for (const ending of endings) await rm(path(id) + ending, { force: true });
  }

  return {
    path,
    remove,
    async take(id, body) {
      if (count >= uploadsMax) throw new TooManyError(60);
      const announced = Number(body.headers['content-length'] ?? 0);
      count++;
      try {
        assertSize(announced);
        await assertRoom(announced);
        return await write(path(id), body);
      } catch (error) {
        await remove(id);
        throw isBrokenOff(error) ? new RequestError('bad-request', 'The upload broke off.') : error;
      } finally {
        count--;
      }
    },
    async removeOthers(ids) {
      for (const name of await readdir(folder))
        if (!ids.has(name.replace(/-(wal|shm)$/, ''))) await rm(join(folder, name), { force: true });
    },
  };
}

/** A new file is there after a power cut only when its folder is on disk. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder);
  await handle.sync();
}

function isBrokenOff(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'ABORT_ERR';
}
