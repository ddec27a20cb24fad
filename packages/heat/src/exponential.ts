/** A square matrix of `size` rows, one after the other. */
export interface SquareMatrix {
  size: number;
  entries: Float64Array;
}

/**
 * e^M of a matrix whose entries off the diagonal are not negative, as those of every thermal network are. M is
 * shifted by its most negative diagonal entry, so that the series has no negative term and nothing cancels: each
 * entry keeps its relative accuracy, also those that are far smaller than the others. Scaled to a norm of 1 and
 * squared back.
 * @throws RangeError for a negative entry off the diagonal.
 * @see Moler & Van Loan 2003, Nineteen Dubious Ways …, method 3 (scaling and squaring)
 * @see Xue & Ye 2013, Computing exponentials of essentially non-negative matrices entrywise to high relative
 * accuracy, Math. Comp. 82 (the shift)
 */
export function exponentialOf({ size, entries }: SquareMatrix): SquareMatrix {
  let shift = 0;
  for (let i = 0; i < size; i++) shift = Math.max(shift, -entries[i * size + i]!);
  const positive = entries.slice();
  for (let i = 0; i < size; i++) positive[i * size + i]! += shift;
  if (positive.some((entry) => !(entry >= 0))) throw new RangeError('an entry off the diagonal is negative');

  const squarings = Math.max(0, Math.ceil(Math.log2(Math.max(shift, normOf(size, positive)))));
  const scale = 2 ** -squarings;
  for (let i = 0; i < positive.length; i++) positive[i]! *= scale;
  let power = seriesOf(size, positive);
  const unshift = Math.exp(-shift * scale);
  for (let i = 0; i < power.length; i++) power[i]! *= unshift;
  for (let i = 0; i < squarings; i++) power = product(size, power, power);
  return { size, entries: power };
}

/** The largest sum of a row. */
function normOf(size: number, matrix: Float64Array): number {
  let norm = 0;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += matrix[i * size + j]!;
    norm = Math.max(norm, sum);
  }
  return norm;
}

/** Of a norm of 1 the terms after this one are below 1e-19. */
const lastTerm = 20;

/** I + M + M²/2! + M³/3! + … */
function seriesOf(size: number, matrix: Float64Array): Float64Array {
  const sum = new Float64Array(size * size);
  let term = new Float64Array(size * size);
  for (let i = 0; i < size; i++) term[i * size + i] = 1;
  for (let k = 1; k <= lastTerm; k++) {
    for (let i = 0; i < sum.length; i++) sum[i]! += term[i]!;
    term = product(size, term, matrix);
    for (let i = 0; i < term.length; i++) term[i]! /= k;
  }
  return sum;
}

/** Skips what is zero: most of a network's rooms do not touch. */
function product(size: number, a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < size; j++) result[i * size + j]! += factor * b[k * size + j]!;
    }
  return result;
}
