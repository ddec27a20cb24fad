/** What is kept to be used again: 16 MB. */
const keptCellsLimit = 1 << 21;

const kept = new Map<number, Float64Array<ArrayBuffer>[]>();
let keptCells = 0;

/**
 * Room for so many numbers, with anything in it. Columns grow and are sealed all the time; without using their memory
 * again a flood has the collector at work as much as the store.
 */
export function takeCells(length: number): Float64Array<ArrayBuffer> {
  const known = kept.get(length)?.pop();
  if (!known) return new Float64Array(length);
  keptCells -= length;
  return known;
}

/** Gives room back that nobody looks at any more. */
export function giveCells(cells: Float64Array<ArrayBuffer>): void {
  if (keptCells + cells.length > keptCellsLimit) return;
  const alike = kept.get(cells.length);
  if (alike) alike.push(cells);
  else kept.set(cells.length, [cells]);
  keptCells += cells.length;
}
