import { StoreOpenError, verifyPostgres, verifyReadings, type Finding } from '@hearth/store';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BackupError, explainRefusal } from '../backups/backup-error.ts';
import { keyFileIn } from '../backups/contents.ts';
import { findingWords } from '../backups/inspect-restored.ts';
import { readManifest } from '../backups/manifest.ts';
import { proveBackup } from '../backups/prove-backup.ts';
import type { Command } from './command-line.ts';
import type { Outcome, Workplace } from './outcome.ts';

/** Findings that are told one by one. */
const toldMax = 20;

const limits = `What this does not prove: that a device told the truth; that everything it measured has come; and, without a digest
that was kept elsewhere, that nobody wrote the whole chain anew. What came within the last day may not be sealed yet.`;

/** Verifies the readings of the data folder, of a file, or a whole backup. @throws {BackupError} */
export async function verify(
  { path, key, digests }: Extract<Command, { verb: 'verify' }>,
  place: Workplace,
): Promise<Outcome> {
  const { readingsPath, readingsUrl, from, dataDir } = place;
  const named = path === null ? readingsPath : resolve(from, path);
  if (named === null) return outcomeOf('PostgreSQL', await readServer(readingsUrl!, digests), digests);
  const isFolder = statSync(named, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder) return outcomeOf(named, read(named, digests), digests);
  return verifyBackup(named, key === null ? keyFileIn(dataDir) : resolve(from, key), place);
}

function outcomeOf(
  path: string,
  { findings, ...verified }: ReturnType<typeof verifyReadings>,
  digests: readonly string[],
): Outcome {
  const { readings, blocks, devices, series, rollups, entries, digest } = verified;
  const what = `${count(readings)} readings in ${count(blocks)} blocks (${count(series)} series of ${count(devices)} devices), ${count(rollups)} rollups and ${count(entries)} entries of the chain`;
  const found = findings.toSorted((a, b) => (a.first ?? 0) - (b.first ?? 0));
  const isGood = found.length === 0;
  if (entries === 0 && isGood)
    return {
      text: `Nothing in ${path} is sealed yet: readings are about once a day, and at each backup.\n`,
      json: { path, ...verified, findings, isGood },
      isGood,
    };
  const verdict = isGood
    ? `Verified ${what}: all is as it was sealed.`
    : `Verified ${what}, and found ${found.length} that ${found.length === 1 ? 'is' : 'are'} not as sealed, the first in time first:\n${told(found)}`;
  const kept = digests.length > 0 && isGood ? `, and ${digests.length} kept before found again` : '';
  return {
    text: `${verdict}\nDigest: ${digest}${kept}\n\n${limits}\n`,
    json: { path, ...verified, findings: found, isGood },
    isGood,
  };
}

/** @throws {BackupError} for what is no database of readings */
function read(path: string, digests: readonly string[]) {
  try {
    return verifyReadings(path, digests);
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== 'UnusableDatabase') throw explainRefusal(error, `${path} cannot be verified`);
    throw new BackupError(`${path} cannot be verified: ${message}`, { cause: error });
  }
}

/** @throws {BackupError} */
async function readServer(url: string, digests: readonly string[]) {
  try {
    return await verifyPostgres(url, digests);
  } catch (error) {
    if (error instanceof StoreOpenError) throw new BackupError(error.message, { cause: error });
    throw error;
  }
}

async function verifyBackup(folder: string, keyFile: string, { tell }: Workplace): Promise<Outcome> {
  const scratch = await mkdtemp(join(tmpdir(), 'hearth-verify-'));
  try {
    const said = { restoring: 'restoring it into a scratch folder', verifying: 'verifying what came out' };
    const problem = await proveBackup({
      folder,
      keyFile,
      scratch,
      tell: (step) => tell(said[step as keyof typeof said] ?? step),
    });
    if (problem !== null)
      return {
        text: `${folder} is not good: ${problem}\n`,
        json: { folder, isGood: false, problem },
        isGood: false,
      };
    const { readings, files, at } = await readManifest(folder);
    const digest = readings ? `Digest: ${readings.digest}\n` : '';
    const held = readings ? `, ${count(readings.readings)} readings among them` : '';
    return {
      text: `${folder} is good: ${files.length} files of ${new Date(at).toISOString()} come out as they went in${held}.\n${digest}`,
      json: { folder, isGood: true, at, readings },
      isGood: true,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function told(findings: readonly Finding[]): string {
  const lines = findings.slice(0, toldMax).map((finding) => `  ${findingWords(finding)}`);
  const more = findings.length - toldMax;
  return [...lines, ...(more > 0 ? [`  … and ${more} more`] : [])].join('\n');
}

const count = (n: number): string => n.toLocaleString('en');
