/** How far a gateway's clock may run ahead of ours before it counts as not set. */
const aheadMaxMs = 60_000;
/** A gateway without a clock of its own starts in 1970, or when its software was built. */
const earliestAt = Date.UTC(2020, 0, 1);

const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/;
const unix = /^(\d{9,10})(?:\.\d{1,9})?$/;

/**
 * The instant of a frame from rtl_433's `time` (`-M time:iso:utc`, also `time:unix`, `time:tz` and fractions),
 * in whole seconds: sensors send each frame several times, and repeats within a second are one reading.
 * A time without a zone is UTC, since `time:iso:utc` of 22.11 writes none; a retained frame of last night so
 * stays one of last night. Where there is no time, or one ahead of ours, the second of `receivedAt`. Unix ms.
 */
export function frameAt(time: unknown, receivedAt: number): number {
  const at = parseTime(time);
  const isUsable = at !== null && at >= earliestAt && at <= receivedAt + aheadMaxMs;
  return wholeSecond(isUsable ? at : receivedAt);
}

function parseTime(time: unknown): number | null {
  if (typeof time !== 'string' || time.length > 40) return null;
  const seconds = unix.exec(time)?.[1];
  if (seconds) return Number(seconds) * 1000;
  const match = iso.exec(time);
  if (!match) return null;
  const [, date, clock, zone] = match;
  const at = Date.parse(`${date}T${clock}${zone?.replace(/^(.\d\d)(\d\d)$/, '$1:$2') ?? 'Z'}`);
  return Number.isNaN(at) ? null : at;
}

function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
