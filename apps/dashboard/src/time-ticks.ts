/** A mark on the time axis: the instant and its kind, which decides the label. */
export interface Tick {
  at: number;
  kind: 'time' | 'day' | 'month';
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const zones = new Map<string, Intl.DateTimeFormat>();

/** Wall-clock time minus UTC at an instant, in ms. */
function offsetMs(at: number, timeZone: string): number {
  let zone = zones.get(timeZone);
  if (!zone) {
    zone = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    zones.set(timeZone, zone);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of zone.formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** The instant at which clocks in the zone show this wall time (given as if it were UTC). */
function instantOf(wall: number, timeZone: string): number {
  const guess = wall - offsetMs(wall, timeZone);
  return wall - offsetMs(guess, timeZone);
}

const hourSteps = [1, 2, 3, 6, 12].map((hours) => hours * hourMs);
const daySteps = [1, 2, 5, 7, 14].map((days) => days * dayMs);

/**
 * Marks at round wall-clock times of the home, at most about `most` of them. Wall time is counted, not
 * elapsed time, so that midnight stays midnight on days of 23 and 25 hours.
 */
export function timeTicks(from: number, to: number, timeZone: string, most: number): Tick[] {
  const wallFrom = from + offsetMs(from, timeZone);
  const wallTo = to + offsetMs(to, timeZone);
  const step = [...hourSteps, ...daySteps].find((candidate) => (wallTo - wallFrom) / candidate <= most);
  const walls: number[] = [];
  if (step) {
    for (let wall = Math.ceil(wallFrom / step) * step; wall <= wallTo; wall += step) walls.push(wall);
  } else {
    const first = new Date(wallFrom);
    const skip = Math.ceil((wallTo - wallFrom) / (30 * dayMs) / most);
    for (let i = 1; ; i += skip) {
      const wall = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + i, 1);
      if (wall > wallTo) break;
      walls.push(wall);
    }
  }
  return walls
    .map((wall): Tick => {
      const kind = !step ? 'month' : wall % dayMs === 0 ? 'day' : 'time';
      return { at: instantOf(wall, timeZone), kind };
    })
    .filter(({ at }) => at >= from && at <= to);
}
