/** First and longest pause between two attempts, ms. */
const firstMs = 200;
const longestMs = 10_000;

/**
 * Pauses that double from 0.2 s to 10 s, each shortened by up to half at random, so that what failed
 * together does not come back together.
 */
export function createBackOff(random: () => number = Math.random) {
  let failures = 0;
  return {
    nextMs: (): number => Math.min(longestMs, firstMs * 2 ** Math.min(failures++, 10)) * (1 - random() / 2),
    reset(): void {
      failures = 0;
    },
  };
}
