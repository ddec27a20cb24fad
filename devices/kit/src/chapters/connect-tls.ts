import type { Shown } from '../authority.ts';
import type { Bench } from '../bench.ts';
import { fail, judgeEach, notApplicable, notRun, pass, type Check, type Finding } from '../check.ts';
import { endedSince } from '../seen.ts';

/** Shows a certificate that is not to be trusted: a device that sends CONNECT nevertheless has told its secret. */
async function showWrong(bench: Bench, shows: Shown, what: string): Promise<Finding> {
  if (bench.isPlain) return notApplicable('it was tried without TLS');
  const { up, log } = bench;
  const from = log.now();
  {
    using _ = bench.door.behave({ shows });
    up?.link.cut();
    // The first to be closed is the one that was cut.
    const isTried = () =>
      endedSince(log, from).length >= 2 || log.connects().some(({ entry }) => entry.at >= from);
    if (!(await log.until(isTried, 60_000))) return notRun('it did not try to connect');
  }
  const fooled = log
    .connects()
    .filter(
      ({ entry }) =>
        entry.at >= from &&
        bench.door.links.some(({ number, shown }) => number === entry.link && shown === shows),
    );
  if (fooled.length > 0)
    return fail(
      `it told its secret to a broker with ${what}`,
      fooled.map(({ entry }) => entry),
    );
  if (!(await bench.back(up?.link ?? null))) return fail('afterwards it did not come back');
  const hasRefused = bench.door.links.some((link) => link.shown === shows && link.openedAt >= from);
  const ends = new Set(['opened', 'broke-tls', 'connect', 'connack', 'closed']);
  const evidence = log.entries.filter(({ at, what: happened }) => at >= from && ends.has(happened));
  return hasRefused ? { ...pass, evidence } : notRun('it was not shown that certificate');
}

/** Knowing the broker by its certificate. */
export const connectTls: readonly Check[] = [
  {
    id: 'connect.tls-authority',
    level: 'must',
    clause: 'Connecting',
    says: 'does not connect to a broker whose certificate comes from another authority',
    mend: 'Give your TLS library the CA file and let it verify; never set it to trust all.',
    run: (bench) => showWrong(bench, 'of-a-stranger', 'a certificate of another authority'),
  },
  {
    id: 'connect.tls-name',
    level: 'must',
    clause: 'Connecting',
    says: 'does not connect to a broker whose certificate is for another name',
    mend: 'Let your TLS library compare the name or address that you connect to with the certificate’s.',
    run: (bench) => showWrong(bench, 'of-another-name', 'a certificate for another name'),
  },
  {
    id: 'connect.tls-date',
    level: 'must',
    clause: 'Connecting',
    says: 'does not connect to a broker whose certificate has run out, where it has a clock',
    mend: 'Set the clock before the first connection, and let your TLS library look at the dates.',
    run(bench) {
      const reading = bench.log.said('reading').at(-1);
      if (!bench.isPlain && reading?.body.at === undefined) return notApplicable('it has no clock');
      return showWrong(bench, 'of-yesterday', 'a certificate that has run out');
    },
  },
  {
    id: 'connect.no-plain',
    level: 'must',
    clause: 'Connecting',
    says: 'never falls back to a connection without TLS',
    mend: 'Fail and try again, with TLS; without it the secret is for everybody to read.',
    kind: 'watched',
    run(bench) {
      if (bench.isPlain) return notApplicable('it was tried without TLS');
      const shownOn = new Map(bench.door.links.map(({ number, shown }) => [number, shown]));
      return judgeEach(
        bench.log.connects(),
        ({ entry }) => (shownOn.get(entry.link) === null ? 'it connected without TLS' : null),
        ({ entry }) => [entry],
        'it never sent CONNECT',
      );
    },
  },
];
