import type { Engine } from './engine.ts';
import type { Found } from './found.ts';

/** What a table has of everybody. */
export interface TableColumn {
  name: string;
  unit: string;
  found: Found;
}

/** Engines under each other, what was measured of each beside. What one does not do is left empty. */
export function tableOf(engines: readonly Engine[], columns: readonly TableColumn[]): string {
  const rows = [
    ['', ...columns.map(({ name, unit }) => `${name}, ${unit}`)],
    ...engines.map(({ name, title }) => [title, ...columns.map(({ found }) => format(found.get(name)))]),
  ];
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    )
    .join('\n');
}

/** Three digits that count. */
function format(value: number | undefined): string {
  if (value === undefined) return '';
  if (value >= 1000) return Math.round(Number(value.toPrecision(3))).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
