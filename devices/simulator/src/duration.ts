const units: { [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A whole duration as it is written: a number and a unit, `500ms`, `10s`, `5m`, `1.5h`, `2d`; `-` goes back. */
export const durationPattern = '^-?\\d+(\\.\\d+)?(ms|s|m|h|d)$';

/** The duration in ms; null for what is none. */
export function parseDuration(text: string): number | null {
  const [, amount, unit] = /^(-?\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  return unit === undefined ? null : Math.round(Number(amount) * units[unit]!);
}

/** The duration in ms of a text that is known to be one. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new Error(`${text} is no duration`);
  return ms;
}

/** For people: `1:02:03`, or `2:03` below an hour. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const pad = (n: number): string => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}
