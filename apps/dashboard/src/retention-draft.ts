import type { QuantityName, RetentionRules, Storage } from '@hearth/contract';
import type { RoomFigures } from './storage-words.ts';

/** Days that are kept; null is for ever. */
export type KeptDays = number | null;

/** The rules as the dialog shows them. */
export interface RetentionDraft {
  readingsDays: KeptDays;
  rollupsDays: KeptDays;
  /** Readings of these are kept for another time than those of the rest. */
  byQuantity: Partial<Record<QuantityName, KeptDays>>;
  /** Rules that the dialog does not show: they stay as they are. */
  others: RetentionRules;
}

/** What the dialog begins with. */
export function draftOf(rules: RetentionRules): RetentionDraft {
  const draft: RetentionDraft = { readingsDays: null, rollupsDays: null, byQuantity: {}, others: [] };
  // Of two rules for the same the first one holds.
  for (const { device, quantity, readingsDays, rollupsDays } of rules.toReversed())
    if (device !== undefined)
      draft.others.unshift({
        device,
        ...(quantity === undefined ? {} : { quantity }),
        ...(readingsDays === undefined ? {} : { readingsDays }),
        ...(rollupsDays === undefined ? {} : { rollupsDays }),
      });
    else if (quantity !== undefined) {
      if (readingsDays !== undefined) draft.byQuantity[quantity] = readingsDays;
      if (rollupsDays !== undefined) draft.others.unshift({ quantity, rollupsDays });
    } else {
      if (readingsDays !== undefined) draft.readingsDays = readingsDays;
      if (rollupsDays !== undefined) draft.rollupsDays = rollupsDays;
    }
  return draft;
}

/** The rules that a draft stands for; none where everything is kept. */
export function rulesOf({ readingsDays, rollupsDays, byQuantity, others }: RetentionDraft): RetentionRules {
  const ofQuantities = Object.entries(byQuantity).map(([quantity, days]) => ({
    quantity: quantity as QuantityName,
    readingsDays: days,
  }));
  const isAllKept = readingsDays === null && rollupsDays === null;
  return [...(isAllKept ? [] : [{ readingsDays, rollupsDays }]), ...ofQuantities, ...others];
}

/** How long the readings and averages of a series are kept: as the server decides it. */
function keptOf(
  rules: RetentionRules,
  device: string,
  quantity: string,
): { readings: KeptDays; rollups: KeptDays } {
  const own = rules
    .filter((rule) => (rule.device ?? device) === device && (rule.quantity ?? quantity) === quantity)
    .toSorted((a, b) => weightOf(b) - weightOf(a));
  const readings = own.find(({ readingsDays }) => readingsDays !== undefined)?.readingsDays ?? null;
  const rollups = own.find(({ rollupsDays }) => rollupsDays !== undefined)?.rollupsDays ?? null;
  // Averages outlive what they are of.
  const isForEver = readings === null || rollups === null;
  return { readings, rollups: isForEver ? null : Math.max(readings, rollups) };
}

function weightOf({ device, quantity }: RetentionRules[number]): number {
  return (device === undefined ? 0 : 2) + (quantity === undefined ? 0 : 1);
}

const daysOfYear = 365.25;

/** What other rules would promise, before they are saved. */
export function figuresUnder(rules: RetentionRules, storage: Storage): RoomFigures {
  const { usedB, freeB, perYearB, series } = storage;
  let foreverB = 0;
  let settledB = 0;
  for (const { device, quantity, readingsBPerYear, rollupsBPerYear } of series) {
    const kept = keptOf(rules, device, quantity);
    for (const [yearB, days] of [
      [readingsBPerYear, kept.readings],
      [rollupsBPerYear, kept.rollups],
    ] as const)
      if (days === null) foreverB += yearB;
      else settledB += (yearB * days) / daysOfYear;
  }
  if (perYearB === null) return { usedB, freeB, perYearB, years: null, settlesAtB: null };
  const roomB = freeB === null ? null : Math.max(0, freeB - Math.max(0, settledB - usedB));
  return {
    usedB,
    freeB,
    perYearB,
    years: roomB !== null && foreverB > 0 ? roomB / foreverB : null,
    settlesAtB: foreverB > 0 ? null : Math.round(settledB),
  };
}

/** No device or quantity is called so. */
const anyName = '*';

/** Whether something is kept for a shorter time than it was: what is older is deleted then. */
export function isShorter(after: RetentionRules, before: RetentionRules, storage: Storage): boolean {
  const isLess = (a: KeptDays, b: KeptDays): boolean => a !== null && (b === null || a < b);
  // Readings of the last hours are in no series yet: what the rules speak of counts as well.
  const spoken = [...after, ...before].flatMap(({ device, quantity }) =>
    device === undefined ? [{ device: anyName, quantity: quantity ?? anyName }] : [],
  );
  return [...storage.series, ...spoken].some(({ device, quantity }) => {
    const [next, former] = [keptOf(after, device, quantity), keptOf(before, device, quantity)];
    return isLess(next.readings, former.readings) || isLess(next.rollups, former.rollups);
  });
}
