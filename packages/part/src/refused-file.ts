import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartError } from './run.ts';

const unwritable = /^(SQLITE_(CANTOPEN|READONLY|PERM)(_\w+)?|EACCES|EROFS|EPERM)$/;
const damaged = /^SQLITE_(CORRUPT|NOTADB)(_\w+)?$/;

/**
 * Says in one line why a file that a part keeps cannot be opened, and what to do, where a person has to: it is a
 * folder, it or its folder cannot be written, or it is damaged. That is a {@link StartError} with the system's or
 * SQLite's own `code`; any other error comes back as it is.
 * @param withNone what to do with a damaged file when there is no backup of it
 */
export function explainFile(error: unknown, path: string, withNone = 'move it away'): unknown {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string' || error instanceof StartError) return error;
  const line = lineFor(code, (error as Error).message, path, withNone);
  return line === null ? error : Object.assign(new StartError(line, { cause: error }), { code });
}

function lineFor(code: string, message: string, path: string, withNone: string): string | null {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    return `${path} is a folder: move it away, and a file is made in its place`;
  if (damaged.test(code))
    return `${path} is damaged (${message}): restore it from a backup; with none, ${withNone}`;
  // On a read-only disk SQLite speaks of an I/O error, which elsewhere may pass.
  const problem = writingProblem(dirname(path));
  if (!problem && !unwritable.test(code)) return null;
  return `${path} cannot be written (${problem ?? `${message}, ${code}`}): give this user the right to write in its folder, or set HEARTH_DATA_DIR to another one`;
}

/** What the system says to this user's writing in a folder; null for nothing. */
function writingProblem(folder: string): string | null {
  try {
    accessSync(folder, constants.W_OK);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
