import { probeLegs, type ProbeLeg } from '@hearth/contract';
import { echo, openLink } from '@hearth/probe';
import { startHearth, startMosquitto, type Subject } from './broker/subjects.ts';
import { percentile, type BenchOptions, type Figure } from './figure.ts';
import { measureProbeCost } from './probe-cost.ts';

const timeoutMs = 10_000;
/** What a leg to our broker may take at the median: two commits of a slow SSD. */
const legBarMs = 5;

/** Our broker and Debian's Mosquitto by leg, side by side, and what our own probe costs. */
export async function measureProbe({ isQuick }: BenchOptions): Promise<Figure[]> {
  return [...(await measureLegs(isQuick)), ...(await measureProbeCost(isQuick ? 50 : 500))];
}

/** In turns, so that what the machine does meanwhile falls on both. */
async function measureLegs(isQuick: boolean): Promise<Figure[]> {
  await using ours = await startHearth();
  await using theirs = await startMosquitto('noDelay');
  const took = { ours: new Map<ProbeLeg, number[]>(), theirs: new Map<ProbeLeg, number[]>() };
  const rounds = isQuick ? 50 : 500;
  const warmUp = 5;
  for (let round = -warmUp; round < rounds; round++) {
    const [one, other] = round < 0 ? [new Map(), new Map()] : [took.ours, took.theirs];
    await goOnce(ours, round, one);
    await goOnce(theirs, round, other);
  }
  return probeLegs.flatMap((leg): Figure[] => {
    const [mine, peers] = [took.ours.get(leg), took.theirs.get(leg)];
    if (!mine || !peers) return [];
    const value = percentile(mine, 0.5);
    const p95 = percentile(mine, 0.95);
    return [
      {
        figure: `probe.${leg}.p50`,
        value,
        unit: 'ms',
        bar: legBarMs,
        peer: 'mosquitto',
        ratio: value / percentile(peers, 0.5),
      },
      {
        figure: `probe.${leg}.p95`,
        value: p95,
        unit: 'ms',
        peer: 'mosquitto',
        ratio: p95 / percentile(peers, 0.95),
      },
    ];
  });
}

/** Each time under another name: who comes again and again with one is taken for two. */
async function goOnce({ place }: Subject, round: number, took: Map<ProbeLeg, number[]>): Promise<void> {
  const measured = (leg: ProbeLeg, ms: number): void => void took.set(leg, [...(took.get(leg) ?? []), ms]);
  using link = await openLink({
    url: `mqtt://127.0.0.1:${place.port}`,
    clientId: `hearth-api-probe${round}`,
    user: place.username,
    password: place.password,
    timeoutMs,
    measured,
  });
  await echo(link, { prefix: 'probed', levels: [0, 1, 2], timeoutMs, measured });
}
