import type { Bench } from '../bench.ts';
import { fail, notRun, pass, type Check } from '../check.ts';
import type { Entry } from '../log.ts';
import { endedSince, pausesOf, quantile } from '../seen.ts';

/** Shorter is at once. ms */
const pauseMinMs = 90;
/** Pauses that double are eight times as long after three failures, less their random parts. */
const growthMin = 2.5;
/** Longest wait for a device that notices a silent broker, of its keepalive: one to ask, one to wait, and some. */
const silentTimes = 2.5;
/** With `--quick` a silent broker is waited for no longer than this. */
const quickSilenceMs = 40_000;

/** Turns the device away `times` times, then lets it in. @returns when that began and whether it came back */
async function turnAway(bench: Bench, connack: 5 | 'none', times: number) {
  const { up, log } = bench;
  const from = log.now();
  let isTried = false;
  {
    using _ = bench.door.behave({ connack });
    up?.link.cut();
    const patienceMs = bench.isQuick ? 60_000 : 300_000;
    const hasTried = () => endedSince(log, from).length > times;
    await log.until(() => bench.hasEnded || hasTried(), patienceMs);
    isTried = hasTried();
  }
  return { from, isTried, isBack: isTried && (await bench.back(up?.link ?? null)) !== null };
}

/** Coming back to the broker. */
export const connectAgain: readonly Check[] = [
  {
    id: 'connect.refused',
    level: 'must',
    clause: 'Connecting',
    says: 'comes back when it was refused, and is let in again',
    mend: 'Take CONNACK 5 as a reason to wait, not to give up: the owner may be changing the secret.',
    async run(bench) {
      const { from, isTried, isBack } = await turnAway(bench, 5, 1);
      if (isBack) return pass;
      const tries = endedSince(bench.log, from).length - 1;
      return fail(isTried ? 'it was let in again and did not come' : `it gave up after ${tries} refusals`);
    },
  },
  {
    id: 'connect.back-off',
    level: 'should',
    clause: 'Connecting',
    says: 'waits longer after each attempt that failed',
    mend: 'Double the pause after each failure, from 1 s to 60 s; begin anew only after a subscription stood.',
    async run(bench) {
      const { from, isTried } = await turnAway(bench, 'none', 3);
      if (bench.hasEnded) return fail('it ended');
      if (!isTried) return notRun('it did not try four times in the time that there was');
      const pauses = pausesOf(bench.log)
        .filter(({ entries }) => entries[0]!.at >= from)
        .slice(0, 4);
      const lengths = pauses.map(({ ms }) => Math.round(ms));
      // A busy machine makes some of them longer: the shortest of the first is compared with the longest of the last.
      const [first, last] = [Math.min(...lengths.slice(0, 2)), Math.max(...lengths.slice(2))];
      return last >= growthMin * first
        ? pass
        : fail(
            `its pauses were ${lengths.join(', ')} ms`,
            pauses.flatMap(({ entries }) => entries),
          );
    },
  },
  {
    id: 'connect.pause',
    level: 'should',
    clause: 'Connecting',
    says: 'waits before it comes back also from a connection that stood, as when its id is used twice',
    mend: 'Pause after every loss: two with one id would else throw each other out for ever.',
    kind: 'watched',
    run({ log }) {
      const pauses = pausesOf(log).filter(({ failures }) => failures === 0);
      if (pauses.length < 3) return notRun('it came back too seldom to tell');
      const usual = quantile(
        pauses.map(({ ms }) => ms),
        0.5,
      );
      return usual >= pauseMinMs
        ? pass
        : fail(
            `it was usually back after ${Math.round(usual)} ms`,
            pauses.flatMap(({ entries }) => entries),
          );
    },
  },
  {
    id: 'connect.jitter',
    level: 'should',
    clause: 'Connecting',
    says: 'adds a random part to its pauses',
    mend: 'Add a random part as long as the pause, so that a house does not come back in one second.',
    kind: 'watched',
    run({ log }) {
      const pauses = pausesOf(log).filter(({ failures }) => failures === 0);
      if (pauses.length < 6) return notRun('it came back too seldom to tell');
      const lengths = pauses.map(({ ms }) => ms);
      const spread = (quantile(lengths, 0.75) - quantile(lengths, 0.25)) / quantile(lengths, 0.5);
      return spread >= 0.08
        ? pass
        : fail(
            `half of its first pauses are within ${Math.round(spread * 100)} % of ${Math.round(quantile(lengths, 0.5))} ms`,
            pauses.flatMap(({ entries }) => entries),
          );
    },
  },
  {
    id: 'connect.silent-broker',
    level: 'must',
    clause: 'Connecting',
    says: 'notices within two and a half keepalives that nobody answers any more, and connects anew',
    mend: 'Send PINGREQ also while you publish, and close when no PINGRESP comes.',
    async run(bench) {
      const { up, log } = bench;
      const keepaliveS = up?.link.connect?.keepalive ?? 0;
      if (keepaliveS === 0) return notRun('it has no keepalive');
      const limitMs = keepaliveS * 1000 * silentTimes + 500;
      if (bench.isQuick && limitMs > quickSilenceMs)
        return notRun(`takes ${Math.round(limitMs / 1000)} s with its keepalive: run without --quick`);
      let closed: number | null = null;
      {
        using _ = bench.door.behave({ isMute: true });
        closed = await log.until(() => up?.link.closedAt, limitMs);
      }
      if (closed === null) {
        up?.link.cut();
        return fail(`it still held the connection after ${Math.round(limitMs / 1000)} s`);
      }
      return (await bench.back(up?.link ?? null)) ? pass : fail('it closed, and did not come back');
    },
  },
  {
    id: 'connect.empty-broker',
    level: 'must',
    clause: 'From power-on to the first reading',
    says: 'says all again to a broker that was restarted and knows nothing',
    mend: 'Do the whole birth on each connection: subscribe, about, status, readings.',
    async run(bench) {
      const { up, log } = bench;
      bench.door.receipt = null;
      const back = await bench.reconnect();
      if (!back) return notRun('it did not come back');
      const isOn = ({ entry }: { entry: Entry }) => entry.link === back.link.number;
      const missing = () => [
        ...(log.said('about', up?.link.openedAt).some(isOn) ? [] : ['about']),
        ...(log.said('status', up?.link.openedAt).some(isOn) ? [] : ['status']),
        ...(back.link.filters.size > 0 ? [] : ['subscriptions']),
      ];
      await log.until(() => missing().length === 0, 1500);
      return missing().length === 0 ? pass : fail(`it did not say again: ${missing().join(', ')}`);
    },
  },
];
