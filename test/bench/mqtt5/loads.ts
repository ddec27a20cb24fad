import { setTimeout as pause } from 'node:timers/promises';
import { types } from '../../conformance/packets.ts';
import type { Place } from '../broker/link.ts';
import { answers, createBurst } from '../broker/publisher.ts';
import { openLink, type DialectLink } from './link.ts';
import { publish, type Dialect } from './packets.ts';

/** Where, and in which dialect. */
export interface At {
  place: Place;
  dialect: Dialect;
}

/** Ten publishers and one subscriber, all connected with clean sessions. */
export interface FlowJob extends At {
  kind: 'flow';
  qos: 0 | 1;
  warmMs: number;
  measureMs: number;
}

/** So many messages of QoS 1 for a subscriber whose durable session is away. */
export interface QueueJob extends At {
  kind: 'queue';
  messages: number;
}

/** One client asks, another answers, one question at a time, at QoS 1. */
export interface RequestJob extends At {
  kind: 'request';
  samples: number;
}

const publishers = 10;
/** Messages of one publisher that are not yet delivered, or not acknowledged. */
const window = 100;
const drainMs = 10_000;

interface Sender {
  readonly sent: number;
  readonly acknowledged: number;
  /** Sends so that at most a window of messages is on the way behind `done`. */
  fill(done: number, sentMax?: number): void;
}

function createSender(link: DialectLink, topic: string, qos: 0 | 1, onPieceEnd: () => void): Sender {
  const { bytes: template, idAt } = publish(link.dialect, topic, qos);
  const burst = createBurst(template, qos > 0 ? idAt : null, window);
  const sender = {
    sent: 0,
    acknowledged: 0,
    fill(done: number, sentMax = Infinity): void {
      const free = window - (sender.sent - done);
      const count = Math.min(free, sentMax - sender.sent);
      if (count <= 0 || (free < window / 2 && count === free)) return;
      sender.sent += count;
      link.write(burst(count));
    },
  };
  link.hear((type) => {
    if (type === types.puback) sender.acknowledged++;
  }, onPieceEnd);
  return sender;
}

/** Deliveries a second. @throws when a message was lost. */
export async function measureFlow({ place, dialect, qos, warmMs, measureMs }: FlowJob): Promise<number> {
  const links: DialectLink[] = [];
  const open = async (name: string): Promise<DialectLink> => {
    const link = await openLink(dialect, place, name);
    links.push(link);
    return link;
  };
  const senders: Sender[] = [];
  const firstMark = 'a'.charCodeAt(0);
  const deliveredOf = Array.from({ length: publishers }, () => 0);
  const delivered = (): number => deliveredOf.reduce((sum, count) => sum + count, 0);
  let isOver = false;
  const fill = (): void => {
    if (isOver) return;
    for (const [n, sender] of senders.entries())
      sender.fill(qos > 0 ? Math.min(sender.acknowledged, deliveredOf[n]!) : deliveredOf[n]!);
  };
  try {
    const subscriber = await open('subscriber');
    const owed: number[] = [];
    subscriber.hear(
      (type, deliveredQos, id, letter) => {
        if (type !== types.publish) return;
        deliveredOf[letter - firstMark]!++;
        if (deliveredQos > 0) owed.push(id);
      },
      () => {
        if (owed.length > 0) subscriber.write(answers(types.puback << 4, owed));
        owed.length = 0;
        fill();
      },
    );
    await subscriber.subscribe('bench/flow/+', qos);
    for (let n = 0; n < publishers; n++) {
      const topic = `bench/flow/${String.fromCharCode(firstMark + n)}`;
      senders.push(createSender(await open(`publisher-${n}`), topic, qos, fill));
    }
    fill();
    await pause(warmMs);
    const before = { delivered: delivered(), at: performance.now() };
    await pause(measureMs);
    const rate = ((delivered() - before.delivered) * 1000) / (performance.now() - before.at);
    isOver = true;
    const sent = senders.reduce((sum, sender) => sum + sender.sent, 0);
    for (const giveUpAt = performance.now() + drainMs; delivered() < sent; await pause(10))
      if (performance.now() > giveUpAt) throw new Error(`of ${sent} messages ${delivered()} were delivered`);
    return rate;
  } finally {
    await Promise.all(links.map((link) => link.end()));
  }
}

/** Leaves them behind. @throws when they are not acknowledged in time. */
export async function fillQueue({ place, dialect, messages }: QueueJob): Promise<void> {
  const session = await openLink(dialect, place, 'away', false);
  await session.subscribe('bench/queue', 1);
  await session.end();
  const link = await openLink(dialect, place, 'fills');
  const sender = createSender(link, 'bench/queue', 1, () => sender.fill(sender.acknowledged, messages));
  sender.fill(0, messages);
  for (const giveUpAt = performance.now() + drainMs; sender.acknowledged < messages; await pause(5))
    if (performance.now() > giveUpAt)
      throw new Error(`${sender.acknowledged} of ${messages} were acknowledged`);
  await link.end();
}

/** Milliseconds from request to response, one a sample. */
export async function measureRequests({ place, dialect, samples }: RequestJob): Promise<number[]> {
  const asker = await openLink(dialect, place, 'asks');
  const device = await openLink(dialect, place, 'answers');
  const request = publish(dialect, 'bench/request', 1).bytes;
  const response = publish(dialect, 'bench/response', 1).bytes;
  const acknowledge = (link: DialectLink, id: number): void => link.write(answers(types.puback << 4, [id]));
  try {
    await asker.subscribe('bench/response', 1);
    await device.subscribe('bench/request', 1);
    const tookMs: number[] = [];
    let missing = 0;
    let whenAll = (): void => {};
    let startedAt = 0;
    // Packet id 1 is used again when both PUBACKs are there too.
    const seen = (): void => void (--missing === 0 && whenAll());
    device.hear(
      (type, _qos, id) => {
        if (type !== types.publish) return seen();
        acknowledge(device, id);
        device.write(response);
      },
      () => {},
    );
    asker.hear(
      (type, _qos, id) => {
        if (type === types.publish) {
          tookMs.push(performance.now() - startedAt);
          acknowledge(asker, id);
        }
        seen();
      },
      () => {},
    );
    for (let n = 0; n < samples; n++) {
      missing = 3;
      const all = new Promise<void>((resolve) => (whenAll = resolve));
      startedAt = performance.now();
      asker.write(request);
      await all;
    }
    return tookMs;
  } finally {
    await Promise.all([asker.end(), device.end()]);
  }
}
