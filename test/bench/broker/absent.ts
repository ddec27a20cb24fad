import { setTimeout as pause } from 'node:timers/promises';
import { type Link, openLink, type Place } from './link.ts';
import { createPublisher } from './publisher.ts';

/** QoS 1 for a subscriber with a durable session that is away: each message has to be kept for it. */
export interface AbsentJob {
  kind: 'absent';
  place: Place;
  publishers: number;
  window: number;
  /** Ends at the first of both: so many messages, or so long. */
  messages: number;
  measureMs: number;
}

const topic = 'bench/absent';
const settleMs = 1500;

/** PUBACKs a second. @throws when the broker closes a connection. */
export async function measureAbsent(job: AbsentJob): Promise<number> {
  const { place, window } = job;
  const session = `${place.username}-absent`;
  const links: Link[] = [];
  const subscriber = await openLink(place, session, false);
  await subscriber.subscribe(topic, 1);
  await subscriber.end();
  try {
    for (let n = 0; n < job.publishers; n++)
      links.push(await openLink(place, `${place.username}-publisher-${n}`));
    const sentMax = Math.floor(job.messages / job.publishers);
    const publishers = links.map((link) => createPublisher(link, { topic, qos: 1, window, sentMax }));
    const acknowledged = (): number => publishers.reduce((sum, one) => sum + one.acknowledged, 0);
    const startedAt = performance.now();
    const tookMs = (): number => performance.now() - startedAt;
    for (const publisher of publishers) publisher.fill();
    while (acknowledged() < sentMax * job.publishers && tookMs() < job.measureMs) await pause(1);
    return (acknowledged() * 1000) / tookMs();
  } finally {
    await Promise.all(links.map((link) => link.end()));
    // A clean session ends what was kept for the durable one.
    await (await openLink(place, session)).end();
    // A broker may forget it behind our back, which is no cost of the next that is measured.
    await pause(settleMs);
  }
}
