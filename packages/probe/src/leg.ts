import type { ProbeLeg } from '@hearth/contract';

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
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new LegError(leg, `nothing came within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  try {
    const gone = await Promise.race([go(), late.promise]);
    measured(leg, performance.now() - startedMs);
    return gone;
  } catch (error) {
    throw error instanceof LegError ? error : new LegError(leg, (error as Error).message, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
