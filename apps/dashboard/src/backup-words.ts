import type { Backup, BackupsAnswer } from '@hearth/contract';
import type { Format } from './format.ts';
import { duration } from './format.ts';
import { bytesWords } from './storage-words.ts';

/** How backups are, in a few words; why is the server's to say. */
export const backupTitles: Readonly<Record<BackupsAnswer['state'], string>> = {
  none: 'No backup yet',
  good: 'Backed up, and proven',
  red: 'The last backup is not good',
};

type Step = NonNullable<BackupsAnswer['running']>['step'];

const steps: readonly [Step, string][] = [
  ['sealing', 'Putting the newest readings away'],
  ['copying', 'Copying and encrypting'],
  ['restoring', 'Restoring it once, to prove it'],
  ['verifying', 'Comparing every reading'],
  ['clearing', 'Taking away what is no longer needed'],
];

/** What a backup that is being made does now, and how many of its steps are behind it. */
export function stepWords(step: Step): { words: string; share: number } {
  const at = steps.findIndex(([name]) => name === step);
  return { words: `${steps[at]?.[1] ?? step}, step ${at + 1} of ${steps.length}`, share: at / steps.length };
}

/** When the next backup is made. */
export function nextWords(nextAt: number | null, format: Format): string {
  if (nextAt === null) return 'Made only when you ask for one.';
  return `The next one is made on ${format.date(nextAt)}, ${format.time(nextAt)}.`;
}

/** What there is to say of one backup, after its time. */
export function backupWords({ bytes, tookMs, readings, leftOut }: Backup, format: Format): string {
  const what = readings ? `${format.number(readings.readings)} readings, ` : '';
  const without = leftOut.length > 0 ? `. Not in it: ${leftOut.join('; ')}` : '';
  return `${what}${bytesWords(bytes, format)}, took ${duration(tookMs)}${without}`;
}
