import type { Format } from './format.ts';
import { readAt } from './history-reading.ts';
import type { History } from './series-points.ts';

/**
 * What a history shows as CSV (RFC 4180): a row for each point of the curve with its instant as ISO 8601 in UTC, the
 * temperature, the setpoint, the share of heating, and what it is compared with. Empty where nothing is known.
 */
export function csvOf(history: History, { unit }: Format): string {
  const { compared } = history;
  const degrees = unit.replace('°', '');
  const head = [
    'time',
    `temperature (${degrees})`,
    `setpoint (${degrees})`,
    'heating share',
    ...(compared ? [`${compared.words} (${degrees})`] : []),
  ];
  const rows = history.temperature
    .filter(({ y }) => !Number.isNaN(y))
    .map(({ x, y }) => {
      const { setpoint, heating, compared: other } = readAt(history, x);
      const figures = compared ? [y, setpoint, heating, other] : [y, setpoint, heating];
      return [new Date(x).toISOString()].concat(figures.map(digits));
    });
  return [head, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n') + '\r\n';
}

/** To four digits behind the point, as the server gives means. */
function digits(value: number | null): string {
  return value === null ? '' : String(Math.round(value * 1e4) / 1e4);
}

/** A name may have commas and quotes in it; one that begins like a formula is text to a table's program too. */
function quoted(cell: string): string {
  const text = /^[=+@\t]/u.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** 'kitchen-2026-11-22-0702.csv' in the home's time */
export function fileNameOf(name: string, { to }: History, extension: string, { timeZone }: Format): string {
  const stamp = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(
    to,
  );
  const words = `${name} ${stamp}`.normalize('NFKC').toLowerCase();
  return `${words.replaceAll(':', '').replace(/[^\p{L}\p{N}]+/gu, '-')}.${extension}`;
}

/** Gives a file to whoever looks at the page. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
