import type { RetentionRules, Storage } from '@hearth/contract';
import { labels } from './device-words.ts';
import type { Format } from './format.ts';
import { listWords } from './list-words.ts';

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size as disks are sold, in thousands: '14 MB', '1.2 GB'; one decimal below ten. */
export function bytesWords(bytes: number, format: Format): string {
  let value = bytes;
  let unit = 0;
  // What would be rounded to 1,000 belongs to the next unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${format.number(value, unit > 0 && value < 9.95 ? 1 : 0)} ${units[unit]}`;
}

/** How long room lasts, rounded down, so that nothing is promised that does not hold. */
export function lastsWords(years: number, format: Format): string {
  if (years > 100) return 'more than 100 years';
  if (years >= 2) return `${format.number(Math.floor(years))} years`;
  const months = Math.floor(years * 12);
  if (months >= 2) return `${months} months`;
  const days = Math.floor(years * 365.25);
  if (days < 1) return 'less than a day';
  return days === 1 ? 'a day' : `${days} days`;
}

/** What is promised, and whether the disk becomes full within a year or before the readings settle. */
export interface RoomPromise {
  words: string;
  isTight: boolean;
}

/** The figures that a promise is made of. */
export type RoomFigures = Pick<Storage, 'usedB' | 'freeB' | 'perYearB' | 'years' | 'settlesAtB'>;

/** What the rules promise at the present rate. */
export function roomPromise(room: RoomFigures, format: Format): RoomPromise {
  const { freeB, perYearB, settlesAtB, usedB, years } = room;
  const free = freeWords(freeB, format);
  if (perYearB === null) return { words: `How fast they grow is known after a day.${free}`, isTight: false };
  if (settlesAtB !== null) {
    const settled = bytesWords(settlesAtB, format);
    return freeB !== null && settlesAtB - usedB > freeB
      ? {
          words: `At this rate they would take ${settled}: more than the free ${bytesWords(freeB, format)}.`,
          isTight: true,
        }
      : { words: `At this rate they stay at about ${settled}.${free}`, isTight: false };
  }
  const year = `At this rate a year takes ${bytesWords(perYearB, format)}`;
  return years === null || freeB === null
    ? { words: `${year}.${free}`, isTight: false }
    : {
        words: `${year}, and the free ${bytesWords(freeB, format)} last for ${lastsWords(years, format)}.`,
        isTight: years < 1,
      };
}

/** A sentence on the free room, to follow another one; nothing where it is not known. */
export function freeWords(freeB: number | null, format: Format): string {
  return freeB === null ? '' : ` ${bytesWords(freeB, format)} are free.`;
}

/** How long something is kept: 'for ever', '2 years', '90 days'. */
export function keptWords(days: number | null): string {
  if (days === null) return 'for ever';
  if (days % 365 === 0) return days === 365 ? '1 year' : `${days / 365} years`;
  return days === 1 ? '1 day' : `${days} days`;
}

function forWords(days: number | null): string {
  return days === null ? 'for ever' : `for ${keptWords(days)}`;
}

/** The rules, one sentence each; empty where everything is kept. */
export function ruleWords(rules: RetentionRules, nameOf: (device: string) => string): string[] {
  return rules.flatMap(({ device, quantity, readingsDays, rollupsDays }) => {
    const what = [
      readingsDays !== undefined && `readings ${forWords(readingsDays)}`,
      rollupsDays !== undefined && `averages ${forWords(rollupsDays)}`,
    ].filter((words) => words !== false);
    if (what.length === 0) return [];
    const of = [device !== undefined && nameOf(device), quantity && labels[quantity]]
      .filter(Boolean)
      .join(', ');
    return [`${of || 'All'}: ${listWords(what)}`];
  });
}
