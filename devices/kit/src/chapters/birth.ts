import { deviceReads, deviceTopic, quantities, type MessageKind, type QuantityName } from '@hearth/contract';
import type { Bench } from '../bench.ts';
import { fail, judgeEach, notRun, pass, type Check } from '../check.ts';
import type { Entry, Said } from '../log.ts';
import { quantile } from '../seen.ts';

/** For a device that reports seldom. */
const promptMs = 5000;
/** A device may wait for a receipt that does not come. */
const receiptWaitMs = 500;

/** One connection from its CONNACK to its first reading. */
interface Birth {
  accepted: Entry;
  /** What the device sent, in its order: names of packets, and kinds of messages. */
  steps: { what: string; entry: Entry }[];
  /** The manifest came only after the first reading. */
  isAboutLate: boolean;
}

/** Every connection on which a reading was said. */
function births({ log }: Bench): Birth[] {
  const readings = log.said('reading');
  return log.entries.flatMap((accepted) => {
    if (accepted.packet?.cmd !== 'connack' || accepted.packet.returnCode !== 0) return [];
    const first = readings.find(({ entry }) => entry.link === accepted.link);
    if (!first) return [];
    const sent = log.entries.filter(
      ({ link, from, at }) =>
        link === accepted.link && from === 'device' && at >= accepted.at && at <= first.entry.at,
    );
    const isAboutLate = log.said('about', first.entry.at).some(({ entry }) => entry.link === accepted.link);
    return [{ accepted, steps: sent.map((entry) => ({ what: nameOf(entry), entry })), isAboutLate }];
  });
}

const nameOf = ({ what, packet }: Entry): string =>
  packet?.cmd === 'publish' ? (packet.topic.split('/').at(-1) ?? '') : what;

const entriesOf = ({ accepted, steps }: Birth): Entry[] => [accepted, ...steps.map(({ entry }) => entry)];

/** Each message that the device published on its own topics. */
const messages = ({ log }: Bench): Said[] =>
  (['about', 'status', 'reading', 'response'] as MessageKind[]).flatMap((kind) => log.said(kind));

/** Judges every message of a kind by its schema. */
const obeys = (bench: Bench, kind: 'about' | 'status') =>
  judgeEach(
    bench.log.said(kind),
    ({ parsed }) =>
      parsed.ok
        ? null
        : `${parsed.rejection.path || kind}: expected ${parsed.rejection.expected}, got ${parsed.rejection.got}`,
    ({ entry }) => [entry],
    `it sent no ${kind}`,
  );

/** What a device says when a connection begins. */
export const birth: readonly Check[] = [
  {
    id: 'birth.order',
    level: 'must',
    clause: 'From power-on to the first reading',
    says: 'subscribes first, then says about and status, and only then readings',
    mend: 'Keep the order: requests may come as soon as status says online.',
    kind: 'watched',
    run: (bench) =>
      judgeEach(
        births(bench),
        ({ steps, isAboutLate }) => {
          const at = (what: string) => steps.findIndex((step) => step.what === what);
          const [subscribed, status, reading] = [at('subscribe'), at('status'), at('reading')];
          if (status > reading || status < 0) return 'a reading came before status';
          if (isAboutLate && at('about') < 0) return 'a reading came before about';
          return subscribed > status ? 'status came before SUBSCRIBE' : null;
        },
        entriesOf,
        'it sent no readings',
      ),
  },
  {
    id: 'birth.prompt',
    level: 'should',
    clause: 'From power-on to the first reading',
    says: 'sends a fresh reading right after its buffer',
    mend: 'Measure once more when the buffer is sent; do not wait for the next period.',
    kind: 'watched',
    run(bench) {
      const waits = births(bench).flatMap(({ accepted }) => {
        const fresh = bench.log
          .said('reading', accepted.at)
          .find(({ entry, body }) => entry.link === accepted.link && !body.late);
        return fresh ? [{ ms: fresh.entry.at - accepted.at, entries: [accepted, fresh.entry] }] : [];
      });
      if (waits.length < 3) return notRun('it came back too seldom to tell');
      const usualMs = quantile(
        waits.map(({ ms }) => ms),
        0.5,
      );
      return usualMs <= Math.min(promptMs, Math.max(receiptWaitMs, bench.periodMs * 0.35))
        ? pass
        : fail(
            `its first fresh reading usually comes ${Math.round(usualMs)} ms after CONNACK`,
            waits.flatMap(({ entries }) => entries),
          );
    },
  },
  {
    id: 'birth.subscriptions',
    level: 'must',
    clause: 'The six topics',
    says: 'subscribes to exactly its own receipt and request, at QoS 1',
    mend: 'Subscribe to the two topics by their full names; filters with + or # are refused.',
    kind: 'watched',
    run(bench) {
      const own = deviceReads.map((kind) => deviceTopic(bench.home, bench.device, kind)).sort();
      return judgeEach(
        births(bench),
        ({ steps }) => {
          const filters = steps.flatMap(({ entry: { packet } }) =>
            packet?.cmd === 'subscribe' ? packet.subscriptions : [],
          );
          const topics = [...new Set(filters.map(({ topic }) => topic))].sort();
          const foreign = topics.find((topic) => !own.includes(topic));
          if (foreign !== undefined) return `it subscribed to ${foreign}`;
          if (topics.length < own.length) return `it subscribed to ${topics.join(', ') || 'nothing'} only`;
          return filters.every(({ qos }) => qos >= 1) ? null : 'it subscribed at QoS 0';
        },
        entriesOf,
        'it sent no readings',
      );
    },
  },
  {
    id: 'birth.about',
    level: 'must',
    clause: 'From power-on to the first reading',
    says: 'sends a manifest that obeys the contract',
    mend: 'Compare `about` with the payload files; units are those of the table.',
    kind: 'watched',
    run: (bench) => obeys(bench, 'about'),
  },
  {
    id: 'birth.about-sane',
    level: 'should',
    clause: 'From power-on to the first reading',
    says: 'names a period for each quantity, and ranges and steps that can be',
    mend: 'Give each quantity its `periodMs`; keep ranges within those of the table, and limits within ranges.',
    kind: 'watched',
    run: (bench) =>
      judgeEach(
        bench.log.said('about'),
        ({ body }) => {
          for (const [name, manifest] of Object.entries(body.quantities ?? {})) {
            const facts = quantities[name as QuantityName];
            if (!manifest?.periodMs) return `${name} has no periodMs`;
            if (facts?.kind !== 'number') continue;
            const { min = facts.min, max = facts.max, resolution = 0 } = manifest;
            if (min < facts.min || max > facts.max) return `${name} goes beyond ${facts.min} to ${facts.max}`;
            if (resolution > max - min) return `the resolution of ${name} is larger than its range`;
          }
          const limits = body.commands?.set?.setpoint;
          const range = body.quantities?.setpoint;
          if (!limits) return null;
          if (limits.min < (range?.min ?? limits.min) || limits.max > (range?.max ?? limits.max))
            return 'setpoints may be set beyond the range that they are reported in';
          return limits.step <= limits.max - limits.min ? null : 'a step is larger than the range';
        },
        ({ entry }) => [entry],
        'it sent no about',
      ),
  },
  {
    id: 'birth.status',
    level: 'must',
    clause: 'From power-on to the first reading',
    says: 'sends a status that obeys the contract',
    mend: 'Send `{"online":true,"boot":…,"conn":…}`, and `uptime` where you have no clock.',
    kind: 'watched',
    run: (bench) => obeys(bench, 'status'),
  },
  {
    id: 'birth.retained',
    level: 'must',
    clause: 'The six topics',
    says: 'retains about, status and readings, and never a response',
    mend: 'Set the retain flag of these three, and only of these.',
    kind: 'watched',
    run: (bench) =>
      judgeEach(
        messages(bench),
        ({ kind, publish }) =>
          publish.retain === (kind !== 'response')
            ? null
            : `${kind} was ${publish.retain ? '' : 'not '}retained`,
        ({ entry }) => [entry],
        'it published nothing',
      ),
  },
  {
    id: 'birth.qos',
    level: 'should',
    clause: 'Limits',
    says: 'publishes at QoS 1',
    mend: 'Publish with QoS 1: 0 loses what falls into a break, 2 is refused.',
    kind: 'watched',
    run: (bench) =>
      judgeEach(
        messages(bench),
        ({ kind, publish }) => (publish.qos === 1 ? null : `${kind} was published at QoS ${publish.qos}`),
        ({ entry }) => [entry],
        'it published nothing',
      ),
  },
];
