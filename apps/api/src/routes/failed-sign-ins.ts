import type { FastifyRequest } from 'fastify';
import { createAllowance } from '../devices/allowance.ts';

/** A guesser writes 20 lines at once, then one every 10 s: about 2 MB a day. */
const burst = 20;
const periodMs = 10_000;

const refusals = new Set(['wrong-credentials', 'wrong-second-code', 'wrong-passkey', 'too-many']);

/**
 * Logs sign-ins that failed, for whoever watches for guessers: from which address, as which user, and why
 * (`wrong-credentials`, `wrong-second-code`, `wrong-passkey`, or `too-many` while a delay runs). Never the password. `unloggedBefore` counts those
 * left out since the line before. `monotonicMs` is a clock that never jumps, in ms.
 */
export function createFailedSignIns(
  monotonicMs: () => number,
): (request: FastifyRequest, user: string, error: unknown) => void {
  const mayLog = createAllowance(burst, periodMs, monotonicMs);
  let unlogged = 0;
  return (request, user, error) => {
    const { code } = error as { code?: unknown };
    const isRefused = typeof code === 'string' && refusals.has(code);
    if (!isRefused) return; // a fault of ours, which is logged as such
    if (!mayLog('sign-in')) {
      unlogged++;
      return;
    }
    request.log.warn({ address: request.ip, user, why: code, unloggedBefore: unlogged }, 'a sign-in failed');
    unlogged = 0;
  };
}
