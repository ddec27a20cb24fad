/** Columns as bytes: how many, the length of each, then their numbers, all as Float64 of this machine. */
export function encodeColumns(columns: readonly Float64Array[]): Buffer {
  const head = [columns.length, ...columns.map(({ length }) => length)];
  const all = new Float64Array(head.length + columns.reduce((sum, { length }) => sum + length, 0));
  all.set(head);
  let at = head.length;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return Buffer.from(all.buffer);
}

/** The inverse of {@link encodeColumns}. */
export function decodeColumns(bytes: Buffer): Float64Array[] {
  const isAligned = bytes.byteOffset % 8 === 0;
  const own = isAligned ? bytes : Uint8Array.from(bytes);
  const all = new Float64Array(own.buffer, own.byteOffset, own.byteLength / 8);
  const count = all[0]!;
  let at = 1 + count;
  return Array.from({ length: count }, (_, i) => {
    const from = at;
    at += all[1 + i]!;
    return all.subarray(from, at);
  });
}

/** Rows turned into columns. */
export function columnsOf(rows: readonly (readonly number[])[], width: number): Float64Array[] {
  return Array.from({ length: width }, (_, i) => Float64Array.from(rows, (row) => row[i]!));
}
