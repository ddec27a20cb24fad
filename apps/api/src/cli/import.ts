import { importFormats, type ImportFormat, type ImportJob } from '@hearth/contract';
import { UsageError } from '@hearth/part';
import { openAsBlob } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiError, requireApi } from './ask-api.ts';
import type { Outcome, Workplace } from './outcome.ts';

/** A file whose readings come in; with `isTry` nothing is stored, and the report says what would be. */
export interface ImportCommand {
  verb: 'import';
  file: string;
  format: string | null;
  isTry: boolean;
}

const lookMs = 500;

/** What files of a format are called. */
const extensions: Record<string, ImportFormat> = {
  '.csv': 'csv',
  '.jsonl': 'jsonl',
  '.parquet': 'parquet',
  '.lp': 'line-protocol',
  '.db': 'home-assistant',
};

/** Readings of a file into the running Hearth; the report says what was skipped and why. @throws {ApiError} */
export async function importReadings(
  command: ImportCommand,
  { dataDir, from, tell }: Workplace,
): Promise<Outcome> {
  const file = resolve(from, command.file);
  const query = new URLSearchParams({
    format: formatOf(command),
    name: basename(file).slice(0, 120),
    mode: command.isTry ? 'try' : 'store',
  });
  const api = await requireApi(dataDir);
  const body = await openAsBlob(file).catch((error: unknown) => {
    throw new ApiError(`${file} cannot be read`, { cause: error });
  });
  tell(`uploading ${basename(file)}`);
  const response = await api.open(`/api/imports?${query}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/octet-stream' },
  });
  let job = (await response.json()) as ImportJob;
  for (let told = -1; job.state === 'waiting' || job.state === 'running';) {
    const percent = Math.floor(job.share * 100);
    if (percent > told) tell(`${percent} %, ${job.report.stored.toLocaleString('en')} readings stored`);
    told = percent;
    await pause(lookMs);
    job = (await (await api.open(`/api/imports/${job.id}`)).json()) as ImportJob;
  }
  return { text: reportText(job), json: job, isGood: job.state === 'done' };
}

/** @throws {UsageError} */
function formatOf({ file, format }: ImportCommand): ImportFormat {
  const known = format === null ? extensions[extname(file)] : importFormats.find((one) => one === format);
  if (known) return known;
  throw new UsageError(
    `--format is one of ${importFormats.join(', ')}${format === null ? '' : `, got "${format}"`}`,
  );
}

function reportText({ report, mode, state, problem }: ImportJob): string {
  const { read, stored, alreadyThere, skipped } = report;
  const count = (value: number): string => value.toLocaleString('en');
  const out = skipped.reduce((sum, one) => sum + one.count, 0);
  const taken =
    mode === 'try'
      ? `${count(read - out)} would be taken`
      : `${count(stored)} stored, ${count(alreadyThere)} there already`;
  const lines = [`${count(read)} readings read: ${taken}, ${count(out)} skipped.`];
  for (const { reason, count: skippedCount, examples } of skipped) {
    lines.push(`  ${reason}: ${count(skippedCount)}`);
    for (const { row, got, expected } of examples.slice(0, 3))
      lines.push(`    row ${row}: got ${got}, expected ${expected}`);
  }
  if (state !== 'done') lines.push(`It ended before all was done: ${problem ?? state}.`);
  return `${lines.join('\n')}\n`;
}
