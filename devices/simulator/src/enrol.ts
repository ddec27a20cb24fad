import { readFile } from 'node:fs/promises';
import { Enrolled, routes, type DeviceCredential, type Enrolment } from '@hearth/contract';
import { Check } from 'typebox/value';
import { writeWhole } from './memory.ts';

export interface EnrolOptions {
  apiUrl: string;
  token: string;
  devices: Enrolment['devices'];
  signal: AbortSignal;
}

/** The api did not give credentials; the message says what it said. */
class EnrolError extends Error {
  override readonly name = 'EnrolError';
  readonly code = 'enrol';
}

const deadlineMs = 10_000;

/**
 * Asks the api for credentials with the token that it left in the data folder.
 * @throws {EnrolError} when it cannot be reached, refuses, or answers something else.
 */
export async function enrol({ apiUrl, token, devices, signal }: EnrolOptions): Promise<DeviceCredential[]> {
  const { method, path } = routes.enrol;
  let status: number;
  let answer: unknown;
  try {
    const response = await fetch(new URL(path, apiUrl), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ devices } satisfies Enrolment),
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    });
    status = response.status;
    answer = await response.json();
  } catch (error) {
    throw new EnrolError(`${apiUrl}${path} does not answer`, { cause: error });
  }
  if (Check(Enrolled, answer)) return answer.credentials;
  const { title, detail } = answer as { title?: string; detail?: string };
  throw new EnrolError(`${path} answered ${status} ${[title, detail].filter(Boolean).join(': ')}`);
}

/** The credentials that an earlier start got, if they cover all these devices; null otherwise. */
export async function readCredentials(
  file: string,
  deviceIds: readonly string[],
): Promise<DeviceCredential[] | null> {
  const text = await readIfThere(file);
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
  if (!Check(Enrolled, kept)) return null;
  const known = new Set(kept.credentials.map(({ id }) => id));
  return deviceIds.every((id) => known.has(id)) ? kept.credentials : null;
}

/** Keeps credentials for the next start, readable by their owner only. */
export function keepCredentials(file: string, credentials: DeviceCredential[]): void {
  writeWhole(file, JSON.stringify({ credentials } satisfies Enrolled));
}

/** The text of a file; null when it does not exist. */
export async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
