import { BackupReadings, Instant } from '@hearth/contract';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { FaultyBackupError } from './backup-error.ts';
import { writeWhole } from './whole-file.ts';

const sum = { sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }), bytes: Type.Integer({ minimum: 0 }) };

/** Below the data folder, and below the backup's with `.age` at its end. Never out of either. */
const fileName = Type.String({ pattern: '^([a-z][a-z0-9-]*/)*[a-z][a-z0-9.-]*$', maxLength: 200 });

/** What a backup has: it is written when all files are, and read before any of them is believed. */
export const Manifest = Type.Object({
  format: Type.Literal(1),
  hearth: Type.String({ description: 'The version that wrote it.' }),
  at: Instant,
  recipient: Type.String({ description: 'The public key that the files are encrypted for.' }),
  files: Type.Array(
    Type.Object({
      name: fileName,
      ...sum,
      encrypted: Type.Object(sum),
    }),
  ),
  readings: Type.Union([BackupReadings, Type.Null()]),
  leftOut: Type.Array(Type.String()),
});
export type Manifest = Static<typeof Manifest>;

const name = 'manifest.json';

/** The encrypted form of a file, in the folder of a backup. */
export const encryptedName = (file: string): string => `${file}.age`;

/** @throws the system's error */
export const writeManifest = (folder: string, manifest: Manifest): Promise<void> =>
  writeWhole(join(folder, name), `${JSON.stringify(manifest, null, 2)}\n`);

/** @throws {FaultyBackupError} where there is none, or it is none of ours */
export async function readManifest(folder: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(join(folder, name), 'utf8');
  } catch (error) {
    throw new FaultyBackupError(`${name} is missing in ${folder} (${(error as { code: string }).code})`, {
      cause: error,
    });
  }
  const manifest = parse(text);
  if (Check(Manifest, manifest)) return manifest;
  const [fault] = Errors(Manifest, manifest);
  throw new FaultyBackupError(
    `${name} in ${folder} is damaged: ${fault?.instancePath ?? ''} ${fault?.message ?? ''}`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
