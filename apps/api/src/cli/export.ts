import { exportFormats, type ExportFormat } from '@hearth/contract';
import { UsageError } from '@hearth/part';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { megabytes } from '../backups/room.ts';
import { requireApi, type Asker } from './ask-api.ts';
import type { Outcome, Workplace } from './outcome.ts';

/** Which readings leave, and to where. Instants as ISO 8601 or Unix ms; null is from the first, or to the last. */
export interface ExportCommand {
  verb: 'export';
  file: string;
  format: string | null;
  devices: string | null;
  quantities: string | null;
  first: string | null;
  last: string | null;
}

const lookMs = 1000;

/** Readings of the running Hearth into a file, which bears its name only when it is whole. @throws {ApiError} */
export async function exportReadings(
  command: ExportCommand,
  { dataDir, from, tell }: Workplace,
): Promise<Outcome> {
  const file = resolve(from, command.file);
  const format = formatOf(command);
  const id = randomUUID();
  const query = new URLSearchParams({ format, id });
  for (const name of ['devices', 'quantities'] as const)
    if (command[name] !== null) query.set(name, command[name]);
  if (command.first !== null) query.set('from', String(instantOf(command.first)));
  if (command.last !== null) query.set('to', String(instantOf(command.last)));

  const api = await requireApi(dataDir);
  const response = await api.open(`/api/export?${query}`);
  const part = `${file}.part`;
  const stopTelling = tellProgress(api, id, tell);
  try {
    await pipeline(response.body as AsyncIterable<Uint8Array>, createWriteStream(part, { mode: 0o600 }));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    stopTelling();
  }
  const job = (await api.ask('exports')).find((one) => one.id === id);
  const readings = job?.readings ?? 0;
  const bytes = job?.bytes ?? 0;
  return {
    text: `${readings.toLocaleString('en')} readings in ${file} (${megabytes(bytes)}).\n`,
    json: { file, format, readings, bytes },
    isGood: true,
  };
}

/** @throws {UsageError} */
function formatOf({ file, format }: ExportCommand): ExportFormat {
  const named = format ?? extname(file).slice(1);
  const known = exportFormats.find((one) => one === named);
  if (known) return known;
  throw new UsageError(
    `the format is one of ${exportFormats.join(', ')}, by --format or the file's name, got "${named}"`,
  );
}

/** @throws {UsageError} */
function instantOf(text: string): number {
  const at = /^\d{10,}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(at))
    throw new UsageError(`a time is such as 2026-11-30 or 2026-11-30T07:00:00Z, got ${text}`);
  return at;
}

function tellProgress(api: Asker, id: string, tell: Workplace['tell']): () => void {
  const look = async (): Promise<void> => {
    const job = (await api.ask('exports').catch(() => [])).find((one) => one.id === id);
    if (job?.state === 'running') tell(`${Math.floor(job.share * 100)} %, ${megabytes(job.bytes)}`);
  };
  const timer = setInterval(() => void look(), lookMs).unref();
  return () => clearInterval(timer);
}
