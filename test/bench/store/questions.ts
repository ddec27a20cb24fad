import type { SeriesName } from '@hearth/store';

/** What a chart, or the list of all values, asks an engine. Ranges are `[from, to)`. */
export type Question =
  | { kind: 'latest' }
  | { kind: 'raw'; series: SeriesName; from: number; to: number }
  | { kind: 'points'; series: SeriesName; from: number; to: number; widthMs: number };

/**
 * Columns, as whoever draws needs them: instant and value of each reading, or start, least, average and greatest of
 * each bucket that has a reading.
 */
export type Answer = Float64Array[];

/** The path at which an engine that is served by us answers a question. */
export function pathOf(question: Question): string {
  if (question.kind === 'latest') return '/latest';
  const { series, kind, ...numbers } = question;
  const words = { ...series, ...numbers } as Record<string, string | number>;
  return `/${kind}?${Object.entries(words)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')}`;
}

/** The inverse of {@link pathOf}. @throws {TypeError} for any other path. */
export function questionOf(path: string): Question {
  const { pathname, searchParams: words } = new URL(path, 'http://localhost');
  if (pathname === '/latest') return { kind: 'latest' };
  const series = { device: words.get('device'), quantity: words.get('quantity') } as SeriesName;
  const [from, to, widthMs] = ['from', 'to', 'widthMs'].map((name) => Number(words.get(name)));
  if (pathname === '/raw') return { kind: 'raw', series, from: from!, to: to! };
  if (pathname === '/points') return { kind: 'points', series, from: from!, to: to!, widthMs: widthMs! };
  throw new TypeError(`${path} is no question`);
}
