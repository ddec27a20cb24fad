import type { Backup, BackupState } from '@hearth/contract';

/** The newest try, by whatever it was begun, and why it came to nothing. */
export interface Attempt {
  at: number;
  problem?: string;
  /** A backup was made all the same, and it is red: another one would be too. */
  isMade?: boolean;
}

/** All that tells how backups are. */
export interface BackupFacts {
  /** Newest first. */
  backups: readonly Backup[];
  attempt: Attempt | null;
  /** Why the folder cannot be used. */
  folderProblem: string | null;
  /** When the next one is due; null: only on demand. */
  nextAt: number | null;
  /** The folder is on the disk of the data. */
  isBesideData: boolean;
  now: number;
  timeZone: string;
}

/** Two nights without a good one are one too many. */
const staleAfterMs = 50 * 3_600_000;

/** How backups are, with words for a person. */
export function backupState(facts: BackupFacts): BackupState {
  const { backups, nextAt } = facts;
  const good = backups.find(({ state }) => state === 'good');
  const problem = problemOf(facts, good);
  const isNone = problem === null && !good;
  return {
    state: problem !== null ? 'red' : isNone ? 'none' : 'good',
    words: problem ?? (good ? goodWords(good, facts) : noneWords(facts)),
    lastGoodAt: good?.at ?? null,
    nextAt,
  };
}

function problemOf(facts: BackupFacts, good: Backup | undefined): string | null {
  const { backups, attempt, folderProblem, nextAt, now } = facts;
  if (folderProblem !== null) return sentence(folderProblem);
  if (attempt?.problem !== undefined)
    return `${sentence(`no backup at ${when(attempt.at, facts)}: ${attempt.problem}`)}${lastWords(good, facts)}`;
  const red = backups.find(({ state }) => state === 'red');
  if (red)
    return `${sentence(`the backup of ${when(red.at, facts)} is not good: ${red.problem}`)}${lastWords(good, facts)}`;
  if (good && nextAt !== null && now - good.at > staleAfterMs)
    return `The newest good backup is of ${when(good.at, facts)}.`;
  return null;
}

function goodWords({ at, bytes, readings }: Backup, facts: BackupFacts): string {
  const what = readings ? `${readings.readings.toLocaleString('en')} readings, ` : '';
  const beside = facts.isBesideData
    ? ' It is on the disk that it is to outlive: set HEARTH_BACKUP_DIR to a folder on another one.'
    : '';
  return `The backup of ${when(at, facts)} was restored for proof: ${what}${(bytes / 1e6).toFixed(1)} MB.${beside}`;
}

function noneWords(facts: BackupFacts): string {
  const { nextAt } = facts;
  if (nextAt === null) return 'There is no backup, and none is made by itself (HEARTH_BACKUP_AT).';
  return `The first one is made on ${when(nextAt, facts)}.`;
}

const lastWords = (good: Backup | undefined, facts: BackupFacts): string =>
  good ? ` The newest good one is of ${when(good.at, facts)}.` : ' There is no good one.';

function when(at: number, { timeZone }: Pick<BackupFacts, 'timeZone'>): string {
  return new Date(at).toLocaleString('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' });
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
