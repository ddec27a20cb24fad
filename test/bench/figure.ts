/** What was asked for at the command line. */
export interface BenchOptions {
  /** Fewer and shorter samples than the figures in the README. */
  isQuick: boolean;
  /** Nothing but figures on standard output. */
  isJson: boolean;
  /** Of how many readings the data set is, where a bench has one. */
  readings?: number;
  /** Where a bench has peers, these alone. */
  beside?: readonly string[];
  /** What takes long to be made is measured too, where a bench has such. */
  isGrown?: boolean;
}

/** One measured figure. `bar` is what it must reach: at most for times and sizes, at least for rates. */
export interface Figure {
  figure: string;
  value: number;
  unit: string;
  /** Whom it is compared with, measured in the same run, and our value over theirs. */
  peer?: string;
  ratio?: number;
  bar?: number;
  isBarLeast?: boolean;
  /** The bar is for `ratio`, not for `value`. */
  isBarOfRatio?: boolean;
}

/** Whether a figure reaches its bar; one without a bar always does. */
export function isOk(figure: Figure): boolean {
  const { bar, isBarLeast, isBarOfRatio } = figure;
  if (bar === undefined) return true;
  const reached = isBarOfRatio ? (figure.ratio ?? Number.NaN) : figure.value;
  return isBarLeast ? reached >= bar : reached <= bar;
}

/** The value below which a share of the samples lies. `share` in [0, 1]; NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** Prints figures as a table for people, or one JSON line a figure. */
export function printFigures(figures: readonly Figure[], isJson: boolean): void {
  if (isJson) {
    for (const figure of figures)
      process.stdout.write(
        `${JSON.stringify({ ...figure, isBarLeast: undefined, isBarOfRatio: undefined, ok: isOk(figure) })}\n`,
      );
    return;
  }
  const rows = figures.map((f) => [
    f.figure,
    `${format(f.value)} ${f.unit}`,
    f.bar === undefined ? '' : `${f.isBarLeast ? '≥' : '≤'} ${format(f.bar)}${f.isBarOfRatio ? ' ×' : ''}`,
    f.peer ? `${format(f.ratio ?? Number.NaN)} × ${f.peer}` : '',
    isOk(f) ? 'ok' : 'SHORT',
  ]);
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map((row) => row[i]!.length)));
  for (const row of rows)
    process.stdout.write(`${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}\n`);
}

function format(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return Math.abs(value) < 0.1 && value !== 0 ? value.toPrecision(2) : value.toFixed(2);
}
