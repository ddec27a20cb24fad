import { setTimeout as pause } from 'node:timers/promises';
import { types } from '../../conformance/packets.ts';
import { type Link, openLink, type Place } from './link.ts';
import { answers, createPublisher, type Publisher, type QoS } from './publisher.ts';

/** Publishers and subscribers, all connected with clean sessions, at one QoS from end to end. */
export interface FlowJob {
  kind: 'flow';
  place: Place;
  qos: QoS;
  publishers: number;
  subscribers: number;
  /** Messages of one publisher on the way: not acknowledged, or not delivered to everybody. */
  window: number;
  warmMs: number;
  measureMs: number;
}

/** What is left is delivered within this, or was lost. */
const drainMs = 10_000;

/**
 * Deliveries a second.
 * @throws when the broker stands still, or a message did not reach everybody.
 */
export async function measureFlow(job: FlowJob): Promise<number> {
  const { place, qos, window, warmMs, measureMs } = job;
  const links: Link[] = [];
  const open = async (name: string): Promise<Link> => {
    const link = await openLink(place, `${place.username}-${name}`);
    links.push(link);
    return link;
  };
  let delivered = 0;
  const deliveredOf = Array.from({ length: job.publishers }, () => 0);
  const firstMark = 'a'.charCodeAt(0);
  const topics = deliveredOf.map((_, n) => `bench/flow/${String.fromCharCode(firstMark + n)}`);
  const publishers: Publisher[] = [];
  const fill = (): void => {
    for (const [n, publisher] of publishers.entries()) {
      publisher.delivered = Math.floor(deliveredOf[n]! / job.subscribers);
      publisher.fill();
    }
  };
  try {
    for (let n = 0; n < job.subscribers; n++) {
      const link = await open(`subscriber-${n}`);
      hearAll(
        link,
        (mark) => {
          delivered++;
          deliveredOf[mark - firstMark]!++;
        },
        () => fill(),
      );
      await link.subscribe('bench/flow/+', qos);
    }
    for (const [n, topic] of topics.entries())
      publishers.push(createPublisher(await open(`publisher-${n}`), { topic, qos, window }));
    fill();
    await pause(warmMs);
    const before = { delivered, at: performance.now() };
    await pause(measureMs);
    const rate = ((delivered - before.delivered) * 1000) / (performance.now() - before.at);
    for (const publisher of publishers) publisher.stop();
    const sent = publishers.reduce((sum, publisher) => sum + publisher.sent, 0);
    const giveUpAt = performance.now() + drainMs;
    while (delivered < sent * job.subscribers && performance.now() < giveUpAt) await pause(10);
    if (delivered !== sent * job.subscribers)
      throw new Error(`${sent} messages to ${job.subscribers} at QoS ${qos} were ${delivered} deliveries`);
    return rate;
  } finally {
    await Promise.all(links.map((link) => link.end()));
  }
}

/** Takes deliveries and acknowledges them, a piece at a time. */
function hearAll(link: Link, onDelivery: (mark: number) => void, onPieceEnd: () => void): void {
  const owed = { puback: [] as number[], pubrec: [] as number[], pubcomp: [] as number[] };
  link.hear(
    (type, qos, id, mark) => {
      if (type === types.publish) {
        onDelivery(mark);
        if (qos === 1) owed.puback.push(id);
        else if (qos === 2) owed.pubrec.push(id);
      } else if (type === types.pubrel) owed.pubcomp.push(id);
    },
    () => {
      for (const type of ['puback', 'pubrec', 'pubcomp'] as const) {
        if (owed[type].length > 0) link.write(answers(types[type] << 4, owed[type]));
        owed[type].length = 0;
      }
      onPieceEnd();
    },
  );
}
