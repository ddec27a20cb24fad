import { DamagedBytesError } from './codec/bytes.ts';

/** What SQLite or the system said when it refused, as it crosses from a worker thread. */
export interface Refusal {
  code: string;
  message: string;
}

abstract class StoreError extends Error {
  /** SQLite's or the system's code: `SQLITE_FULL`, `SQLITE_IOERR_WRITE`, `EACCES` … */
  readonly code: string;

  constructor(message: string, { code, message: said }: Refusal) {
    super(`${message}: ${said} (${code})`, { cause: new Error(said) });
    this.code = code;
  }
}

/** The database cannot be opened: no right to write, damaged, not ours, or of a newer Hearth. */
export class StoreOpenError extends StoreError {
  override readonly name = 'StoreOpenError';
  /** Whether trying again later may go well: a server that is just starting, or the network. */
  readonly isPassing: boolean;

  constructor(message: string, refusal: Refusal, isPassing = false) {
    super(message, refusal);
    this.isPassing = isPassing;
  }
}

/** The disk refused a commit. Nothing of it is stored; the same call may be made again. */
export class StoreWriteError extends StoreError {
  override readonly name = 'StoreWriteError';
}

/** The disk refused a query. */
export class StoreReadError extends StoreError {
  override readonly name = 'StoreReadError';
}

/** SQLite's result codes for which the disk, the system or another process is to blame, not our code. */
const outsideCodes =
  /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|LOCKED|CORRUPT|NOTADB|NOMEM|PERM|PROTOCOL|NOLFS|AUTH)(_|$)/;

/** What the disk or the system refused; throws on anything else, since that is a bug. */
export function refusalOf(error: unknown): Refusal {
  // What was sealed does not read back: the disk is to blame.
  if (error instanceof DamagedBytesError) return { code: error.code, message: error.message };
  if (error instanceof ServerRefusal) return { code: error.code, message: error.message };
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const isOutside = error.name === 'SqliteError' ? outsideCodes.test(error.code) : 'errno' in error;
    if (isOutside || error instanceof UnusableDatabase) return { code: error.code, message: error.message };
  }
  throw error;
}

/** A database server that refused, or that cannot be reached. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal';
  /** Of the server (an SQLSTATE), of the system, or a word of ours. */
  readonly code: string;

  constructor({ code, message }: Refusal, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A file that opens but that this Hearth must not write to. */
export class UnusableDatabase extends Error {
  override readonly name = 'UnusableDatabase';
  readonly code: 'not-hearth' | 'newer-version' | 'older-version' | 'in-use' | 'SQLITE_CORRUPT';

  constructor(code: UnusableDatabase['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
