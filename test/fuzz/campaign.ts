import { oneRun } from './one-run.ts';
import { startHonest } from './honest.ts';
import { startTarget } from './target.ts';

/** Runs that go on at once. */
const lanesMax = 8;
/** A process grows with the first work of each kind: what these leave behind is not counted. */
const warmRuns = 300;

/** How long to go on: until either is reached. */
export interface Extent {
  runs?: number | undefined;
  seconds?: number | undefined;
}

/** What was done, and what it left behind. */
export interface Outcome {
  runs: number;
  mutations: ReadonlyMap<string, number>;
  honestMessages: number;
  /** Growth of the broker's memory since it was warm; null when there were too few runs to tell. */
  grownBytes: number | null;
}

/** An invariant did not hold; the message says how to see it again. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';
  readonly code = 'fuzz-failure';
}

/**
 * Runs mutated sessions against a broker of its own, run `n` with the seed `seed + n`.
 * @throws {FuzzFailure} at the first thing that must not happen.
 */
export async function fuzz(
  seed: number,
  { runs: runsMax = Infinity, seconds = Infinity }: Extent,
): Promise<Outcome> {
  await using target = await startTarget();
  await using honest = await startHonest(target.mqttUrl, target.service);
  const mutations = new Map<string, number>();
  const active = new Set<number>();
  const endAt = performance.now() + seconds * 1000;
  const visits = Array.from({ length: lanesMax }, () => 0);
  let runs = 0;
  let fault: unknown = null;

  const lane = async (number: number, untilRun: number): Promise<void> => {
    while (fault === null && runs < untilRun && performance.now() < endAt) {
      const run = runs++;
      const visit = visits[number]!++;
      active.add(run);
      try {
        const done = await oneRun(target, seed + run, number, visit);
        for (const name of done.mutations) mutations.set(name, (mutations.get(name) ?? 0) + 1);
        honest.check();
        target.check();
      } catch (error) {
        fault ??= explain(error, seed, run, active, () => target.check());
      }
      active.delete(run);
    }
  };
  const allLanes = async (untilRun: number): Promise<number> => {
    await Promise.all(
      Array.from({ length: lanesMax }, (_, number) => lane(number, Math.min(untilRun, runsMax))),
    );
    if (fault !== null) throw fault;
    await target.tidy();
    return target.heapBytes();
  };
  const warmBytes = await allLanes(warmRuns);
  const isEnough = runsMax > 2 * warmRuns && performance.now() < endAt;
  const lastBytes = isEnough ? await allLanes(Infinity) : warmBytes;
  await honest.settle();
  honest.check();
  target.check();
  return {
    runs,
    mutations,
    honestMessages: honest.count,
    grownBytes: runs > 2 * warmRuns ? lastBytes - warmBytes : null,
  };
}

/** What the broker says of itself comes first: a partner that was cut off is the lesser news. */
function explain(
  error: unknown,
  seed: number,
  run: number,
  active: ReadonlySet<number>,
  check: () => void,
): FuzzFailure {
  let cause = error;
  try {
    check();
  } catch (said) {
    cause = said;
  }
  // What others notice may have been done by a run that is just over.
  const first = Math.max(0, Math.min(...active) - lanesMax);
  return new FuzzFailure(
    `run ${run}: ${(cause as Error).message}\nAlone: pnpm test:fuzz --seed ${seed + run} --runs 1\n` +
      `With what went on at the time: pnpm test:fuzz --seed ${seed + first} --runs ${Math.max(...active) - first + 1}`,
    { cause: error },
  );
}
