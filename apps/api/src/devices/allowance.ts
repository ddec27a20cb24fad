/**
 * Tells whether something may happen for a key now: `burst` times at once, then once every `periodMs`.
 * Keeps a flood of bad messages from becoming a flood of writes.
 */
export function createAllowance(
  burst: number,
  periodMs: number,
  now: () => number,
): (key: string) => boolean {
  const spent = new Map<string, { left: number; at: number }>();
  return (key) => {
    const at = now();
    const before = spent.get(key) ?? { left: burst, at };
    const left = Math.min(burst, before.left + Math.max(0, at - before.at) / periodMs);
    const isAllowed = left >= 1;
    spent.set(key, { left: isAllowed ? left - 1 : left, at });
    return isAllowed;
  };
}
