import type { BackupKey, BackupsAnswer, BackupState } from '@hearth/contract';
import { rm } from 'node:fs/promises';
import { BackupError, explainRefusal, FaultyBackupError } from './backup-error.ts';
import { openBackupFolder } from './backup-folder.ts';
import type { BackupRecords } from './backup-records.ts';
import { backupState, type Attempt } from './backup-state.ts';
import { nextBackupAt } from './due.ts';
import { clearDrafts } from './kept-backups.ts';
import { openOwnKey } from './own-key.ts';
import { freeBytesAt } from './room.ts';
import { runBackup, type BackupParts } from './run-backup.ts';

/** The backups of this Hearth: made by themselves every night, and on demand. */
export interface Backups extends AsyncDisposable {
  /** How they are, as far as it was looked at last. */
  state(): BackupState;
  /** All of them, looked at now. */
  list(): Promise<BackupsAnswer>;
  /** Begins one, unless one is being made. */
  make(): void;
  /** The secret key, once. @throws {BackupError} with the code `key-shown` or `key-missing` */
  showKey(): Promise<BackupKey>;
}

/** What tests may change. */
export interface BackupTuning {
  /** Between two looks at the clock. */
  lookMs?: number;
  /** After the start, before one that was missed is made up for. */
  settleMs?: number;
  reserveBytes?: number;
}

const lookDefaultMs = 60_000;
/** A start has enough to do. */
const settleDefaultMs = 300_000;

/**
 * Looks after the backups in `places.target`.
 * @param isFolderOurs it is made where it is missing
 * @param minutesOfDay when they are made, in the home's time zone; null: on demand only
 * @param hasOwner before there is one, there is nothing to keep
 */
export async function openBackups(
  parts: BackupParts & {
    records: BackupRecords;
    isFolderOurs: boolean;
    minutesOfDay: number | null;
    timeZone: () => string;
    hasOwner: () => boolean;
  },
  { lookMs = lookDefaultMs, settleMs = settleDefaultMs, reserveBytes }: BackupTuning = {},
): Promise<Backups> {
  const { records, now, places, minutesOfDay, timeZone, log } = parts;
  const folder = openBackupFolder(places.target, parts.dataDir, parts.isFolderOurs);
  const key = openOwnKey(parts.keyFile, records);
  const { signal, end } = createEnding();
  const settledAt = now() + settleMs;
  let latest = records.attempt();
  let present: BackupState = { state: 'none', words: '', lastGoodAt: null, nextAt: null };
  let running: BackupsAnswer['running'] = null;
  let over: Promise<void> = Promise.resolve();

  function nextAt(): number | null {
    const time = minutesOfDay === null ? null : { minutes: minutesOfDay, timeZone: timeZone() };
    const due = nextBackupAt(now(), time, running ? { at: running.startedAt } : latest);
    return due !== null && due <= now() ? Math.max(now(), settledAt) : due;
  }
  async function look(): Promise<void> {
    await folder.look();
    const { backups, problem, isBesideData } = folder;
    present = backupState({
      backups,
      folderProblem: problem,
      isBesideData,
      attempt: latest,
      nextAt: nextAt(),
      now: now(),
      timeZone: timeZone(),
    });
  }
  /** Also where the disk is full: of that above all. */
  function note(attempt: Attempt): void {
    latest = attempt;
    try {
      records.setAttempt(attempt);
    } catch (error) {
      log.error({ err: error }, 'what came of the backup could not be written down');
    }
  }
  async function run(progress: NonNullable<BackupsAnswer['running']>): Promise<void> {
    const tell = (step: typeof progress.step): void => void (progress.step = step);
    const attempt = await tryBackup(async () => {
      await key.keep(signal);
      records.setRecipient(await runBackup({ ...parts, reserveBytes }, { signal, tell }));
    }, parts);
    if (!signal.aborted) note({ at: progress.startedAt, ...attempt });
    running = null;
    await look();
  }
  function make(): void {
    if (running || signal.aborted) return;
    running = { startedAt: now(), step: 'sealing' };
    over = run(running);
  }
  async function tick(): Promise<void> {
    await look();
    const due = nextAt();
    if (due !== null && due <= now() && parts.hasOwner()) make();
  }

  await rm(places.scratch, { recursive: true, force: true });
  await look();
  if (folder.problem === null) await clearDrafts(places.target);
  const timer = setInterval(() => void tick(), lookMs).unref();

  return {
    state: () => present,
    async list() {
      await look();
      return {
        ...present,
        running,
        folder: places.target,
        isBesideData: folder.isBesideData,
        freeBytes: folder.problem === null ? await freeBytesAt(places.target).catch(() => null) : null,
        key: key.facts(),
        backups: [...folder.backups],
      };
    },
    make,
    showKey: () => key.show(signal),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      end();
      await over;
    },
  };
}

function createEnding(): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, end: () => controller.abort(new BackupError('Hearth stops')) };
}

/** What came of a try: a bug in it turns backups red, and ends nothing else. */
async function tryBackup(
  make: () => Promise<void>,
  { log }: Pick<BackupParts, 'log'>,
): Promise<Omit<Attempt, 'at'>> {
  try {
    await make();
    return {};
  } catch (error) {
    log.error({ err: error }, 'no good backup was made');
    const explained = explainRefusal(error, 'the data folder cannot be written');
    const problem =
      explained instanceof BackupError
        ? explained.message
        : 'something broke here: the log of the api has what';
    return { problem, isMade: error instanceof FaultyBackupError };
  }
}
