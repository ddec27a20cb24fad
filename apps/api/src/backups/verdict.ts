import { Instant } from '@hearth/contract';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { writeWhole } from './whole-file.ts';

/** What came of a backup's proof, or of the last look at its bytes. */
const Verdict = Type.Object({ at: Instant, tookMs: Type.Integer(), problem: Type.Optional(Type.String()) });
export type Verdict = Static<typeof Verdict>;

const name = 'verdict.json';

/** @throws the system's error */
export const writeVerdict = (folder: string, verdict: Verdict): Promise<void> =>
  writeWhole(join(folder, name), `${JSON.stringify(verdict)}\n`);

/** Null where there is none that can be read: then nothing was proven. */
export async function readVerdict(folder: string): Promise<Verdict | null> {
  try {
    const verdict: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
    return Check(Verdict, verdict) ? verdict : null;
  } catch {
    return null;
  }
}
