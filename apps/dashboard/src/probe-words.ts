import type { MadeReporter, ProbeLeg, Probes, ProbeRun, Reporter } from '@hearth/contract';

/** Some legs in words, in the order in which they are gone. */
export interface LegGroup {
  title: string;
  legs: readonly (readonly [leg: ProbeLeg, words: string])[];
}

/** Those to any broker and back. */
export const echoGroups: readonly LegGroup[] = [
  {
    title: 'To connect',
    legs: [
      ['tcp', 'Reach the broker'],
      ['tls', 'Encrypt'],
      ['connect', 'Be let in'],
    ],
  },
  {
    title: 'A message there and back',
    legs: [
      ['subscribe-0', 'Subscribe, QoS 0'],
      ['receive-0', 'There and back, QoS 0'],
      ['subscribe-1', 'Subscribe, QoS 1'],
      ['publish-1', 'Acknowledged, QoS 1'],
      ['receive-1', 'There and back, QoS 1'],
      ['subscribe-2', 'Subscribe, QoS 2'],
      ['publish-2', 'Acknowledged, QoS 2'],
      ['receive-2', 'There and back, QoS 2'],
    ],
  },
];
/** All of the way of a reading. */
export const legGroups: readonly LegGroup[] = [
  ...echoGroups,
  {
    title: 'A reading',
    legs: [
      ['bridge', 'From device to store'],
      ['commit', 'Onto the disk'],
      ['receipt', 'Receipt to the device'],
      ['query', 'Read back over HTTP'],
    ],
  },
];
const legWords = new Map(legGroups.flatMap(({ legs }) => legs));
/** How many legs a whole run has. */
export const legCount = legWords.size;

/** What a reading takes from the device until somebody can read it. ms; null when it did not come that far. */
export function readingMs({ legs }: Pick<ProbeRun, 'legs'>): number | null {
  const took = ['bridge', 'commit', 'query'].map((leg) => legs.find((each) => each.leg === leg)?.ms);
  return took.reduce<number | null>((sum, ms) => (sum === null || ms === undefined ? null : sum + ms), 0);
}

/** How the way stands: a title, and a sentence that says why. `span` puts milliseconds into words. */
export function probeWords(
  { last, failing, periodS }: Pick<Probes, 'last' | 'failing' | 'periodS'>,
  span: (ms: number) => string,
): { state: 'none' | 'good' | 'red'; title: string; words: string } {
  if (last?.state === 'cannot')
    return { state: 'none', title: 'Cannot probe', words: `Cannot probe: ${last.cannot ?? ''}` };
  if (failing)
    return {
      state: 'red',
      title: 'The way is broken',
      words: `It ends at “${legWords.get(failing.leg) ?? failing.leg}”: ${failing.reason}.`,
    };
  const took = last && readingMs(last);
  if (took !== null)
    return {
      state: 'good',
      title: 'All of it works',
      words: `A reading can be read ${span(took)} after it was sent.`,
    };
  const when = periodS > 0 ? `It is gone every ${periodS} s.` : 'It is gone only when you ask for it.';
  return { state: 'none', title: 'Not gone yet', words: when };
}

/** How another machine's probe stands. `span` puts milliseconds into words, `moment` an instant. */
export function reporterWords(
  { heardAt, isOverdue, failing, last, everyS }: Reporter,
  { span, moment }: { span: (ms: number) => string; moment: (at: number) => string },
): { state: 'none' | 'good' | 'red' | 'late'; words: string } {
  if (heardAt === null) return { state: 'none', words: 'Waits for its first report.' };
  if (isOverdue) return { state: 'late', words: `Not heard from since ${moment(heardAt)}.` };
  if (failing) {
    const leg = legWords.get(failing.leg) ?? failing.leg;
    const words = `Ends at “${leg}” since ${moment(failing.since)}: ${failing.reason}.`;
    return { state: 'red', words };
  }
  const took = [1, 0, 2].flatMap(
    (qos) => last?.legs.find(({ leg }) => leg === `receive-${qos}`)?.ms ?? [],
  )[0];
  const when = everyS === null ? 'when it was started last' : `every ${everyS} s`;
  return { state: 'good', words: `There and back in ${took === undefined ? '–' : span(took)}, ${when}.` };
}

/** The file that `hearth-probe --from` reads on the other machine; `hearth` is where it reports. */
export function probeSettings({ id, token, broker }: MadeReporter, hearth: string): string {
  const place = broker && { broker: broker.url, user: id, topic: broker.topic, ca: broker.ca ?? undefined };
  return `${JSON.stringify({ ...place, report: hearth, token }, null, 2)}\n`;
}
