/** Numbers as the text of an array, for unnest(); NaN is NULL. */
export function numberArray(values: readonly number[]): string {
  return `{${values.map((value) => (Number.isNaN(value) ? 'NULL' : value)).join(',')}}`;
}

/** Text that the server takes: it knows no NUL. */
export function withoutNul(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}

/** The first whole instant at or after a bound of a range, as a bigint can have it. */
export function instant(bound: number): number {
  return Math.ceil(Math.min(bound, Number.MAX_SAFE_INTEGER));
}
