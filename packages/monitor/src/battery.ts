const dayMs = 86_400_000;
const monthMs = 30 * dayMs;

/** What a battery had on one day, %; `at` in Unix ms. */
export interface BatteryLevel {
  at: number;
  level: number;
}

/** How a battery falls: points of a percent a month, and when it will be as good as empty. */
export interface BatteryForecast {
  fallPerMonth: number;
  emptyAt: number;
}

/** It rose by more than warmth makes of it: it was changed, or charged. */
const changedBy = 20;
/** Its readings jump by some points with the warmth of a room: nothing is said of less, in less than two weeks. */
const fellAtLeast = 5;
const spanMs = 14 * dayMs;
const levelsAtLeast = 8;
/** What is left then is lost within days, and a cold night takes it at once. */
const emptyLevel = 10;
/** Further ahead than batteries keep in a drawer nothing is said. */
const aheadMs = 10 * 365 * dayMs;

/**
 * Goes on with the line that fits best since the battery was changed, in order of time; null where it is too early to
 * say. The line is the median of the slopes of all pairs: one reading of four may be anything.
 * @see P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", 1968
 */
export function forecastBattery(levels: readonly BatteryLevel[]): BatteryForecast | null {
  const known = levels.slice(Math.max(0, changedAt(levels)));
  const [first] = known;
  const last = known.at(-1);
  if (!first || !last || known.length < levelsAtLeast || last.at - first.at < spanMs) return null;
  const slopes = known.flatMap((to, j) =>
    known.slice(0, j).map((from) => (to.level - from.level) / (to.at - from.at)),
  );
  const perMs = median(slopes);
  if (-perMs * (last.at - first.at) < fellAtLeast) return null;
  const atZero = median(known.map(({ at, level }) => level - perMs * (at - first.at)));
  const emptyAt = Math.round(first.at + (emptyLevel - atZero) / perMs);
  return emptyAt - last.at > aheadMs ? null : { fallPerMonth: -perMs * monthMs, emptyAt };
}

/** From which level on it is another battery; -1 where it is the first. One level alone may be nonsense. */
function changedAt(levels: readonly BatteryLevel[]): number {
  const around = (from: number, to: number): number =>
    median(levels.slice(Math.max(0, from), to).map(({ level }) => level));
  return levels.findLastIndex(
    ({ level }, i) =>
      i > 0 && level - levels[i - 1]!.level >= changedBy && around(i, i + 3) - around(i - 3, i) >= changedBy,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
