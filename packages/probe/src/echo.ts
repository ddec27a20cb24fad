import { randomUUID } from 'node:crypto';
import type { QoS } from 'mqtt-packet';
import { timed, type Measured } from './leg.ts';
import type { Link } from './link.ts';

/** What goes to and fro: below `prefix` there is a topic for each QoS. */
export interface Echo {
  prefix: string;
  levels: readonly QoS[];
  timeoutMs: number;
  measured: Measured;
}

/**
 * Subscribes, publishes and hears itself, at one QoS after the other. A level that the broker lowers is left out:
 * nothing could be measured of it.
 * @throws {LegError}
 */
export async function echo(link: Link, { prefix, levels, timeoutMs, measured }: Echo): Promise<void> {
  for (const qos of levels) {
    const topic = `${prefix}/${qos}`;
    const granted = await timed(`subscribe-${qos}`, timeoutMs, measured, () => link.subscribe(topic, qos));
    if (granted < qos) continue;
    const payload = randomUUID();
    const received = timed(`receive-${qos}`, timeoutMs, measured, () =>
      link.next((to, said) => to === topic && said === payload),
    );
    const published =
      qos === 0
        ? link.publish(topic, payload, qos)
        : timed(`publish-${qos}`, timeoutMs, measured, () => link.publish(topic, payload, qos));
    // Both are waited for, so that none is left behind when the other fails.
    const [sent, heard] = await Promise.allSettled([published, received]);
    for (const outcome of [sent, heard]) if (outcome.status === 'rejected') throw outcome.reason;
  }
}
