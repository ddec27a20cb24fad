import type { ProbeLeg } from '@hearth/contract';
import { reasonOf } from './reason.ts';

/** A leg that was not gone to its end; the message is for a person. */
export class LegError extends Error {
  override readonly name = 'LegError';
  readonly code = 'leg';
  readonly leg: ProbeLeg;
  constructor(leg: ProbeLeg, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.leg = leg;
  }
}

/** Takes each leg as it is gone; milliseconds of a clock that is never set. */
export type Measured = (leg: ProbeLeg, ms: number) => void;

/**
 * Goes one leg and measures it from now on.
 * @throws {LegError} when it fails, or takes longer than `timeoutMs`
 */
export async function timed<T>(
  leg: ProbeLeg,
  timeoutMs: number,
  measured: Measured,
  go: () => Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const reason = `nothing came within ${timeoutMs / 1000} s`;
    timer = setTimeout(() => reject(new LegError(leg, reason)), timeoutMs);
  });
  try {
    const gone = await Promise.race([go(), late]);
    measured(leg, performance.now() - startedMs);
    return gone;
  } catch (error) {
    throw error instanceof LegError ? error : new LegError(leg, reasonOf(error as Error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
