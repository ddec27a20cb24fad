/** A backup could not be made, read or restored; the message says why, for a person. */
export class BackupError extends Error {
  override readonly name: string = 'BackupError';
  readonly code: string = 'backup';
}

/** What is in a backup is not what it should be. */
export class FaultyBackupError extends BackupError {
  override readonly name = 'FaultyBackupError';
  override readonly code = 'faulty-backup';
}

const words: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full for this user',
  SQLITE_FULL: 'the disk is full',
  EACCES: 'this user has no right to',
  EPERM: 'this user has no right to',
  EROFS: 'the disk can only be read',
  ENOENT: 'it is not there',
  ENOTDIR: 'it is not a folder',
  EIO: 'the disk fails',
  SQLITE_IOERR: 'the disk fails',
};

/** What the system or SQLite refused at a place, in words; anything else comes back as it is, since that is a bug. */
export function explainRefusal(error: unknown, what: string): unknown {
  const { code, name, message } = error as { code?: unknown; name?: string; message: string };
  if (error instanceof BackupError || typeof code !== 'string') return error;
  const known = words[code] ?? words[code.split('_').slice(0, 2).join('_')];
  const isOutside = known !== undefined || name === 'SqliteError' || 'errno' in (error as object);
  if (!isOutside) return error;
  return new BackupError(`${what}: ${known === undefined ? message : `${known} (${code})`}`, {
    cause: error,
  });
}
