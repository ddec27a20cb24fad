/** What tells one reading of a device from the others. */
export interface Key {
  boot: number;
  seq: number;
}

/** Readings are numbered within a boot, and boots grow. */
export function isNewer(a: Key, b: Key): boolean {
  return a.boot > b.boot || (a.boot === b.boot && a.seq > b.seq);
}
