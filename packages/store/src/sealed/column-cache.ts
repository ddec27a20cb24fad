/** Decoded columns that are remembered, as numbers: 8 MB. Blocks never change, a rewritten one has a new id. */
const cacheLimit = 1 << 20;

/** Remembers columns by their key, and forgets those that were not used for the longest. */
export interface ColumnCache {
  /** A column, read where it is not known; null, when there is none to read, is not remembered. */
  get(key: string, read: () => Float64Array | null): Float64Array | null;
  reset(): void;
}

export function createColumnCache(): ColumnCache {
  const columns = new Map<string, Float64Array>();
  let size = 0;

  function put(key: string, column: Float64Array): void {
    columns.set(key, column);
    size += column.length;
    for (const [oldest, { length }] of columns) {
      if (size <= cacheLimit) break;
      columns.delete(oldest);
      size -= length;
    }
  }

  return {
    get(key, read) {
      const known = columns.get(key);
      if (known) {
        columns.delete(key);
        columns.set(key, known);
        return known;
      }
      const column = read();
      if (column !== null) put(key, column);
      return column;
    },
    reset() {
      columns.clear();
      size = 0;
    },
  };
}
