import { deviceTopic, probeIds } from '@hearth/contract';
import { timed, type Link, type Measured } from '@hearth/probe';
import { homeId } from '../homes.ts';
import { probeQuantity, type ProbeStore } from './probe-store.ts';

/** One reading of the probe. */
export interface ProbeReading {
  key: { boot: number; seq: number };
  /** Unix ms, of whole seconds: no store rounds it. */
  at: number;
  value: number;
}

/**
 * Publishes a reading as a device does and follows it: to the store, to the disk, its receipt back, and over HTTP.
 * @throws {LegError}
 */
export async function followReading(
  link: Link,
  { key, at, value }: ProbeReading,
  around: {
    store: Pick<ProbeStore, 'expect'>;
    /** Where HTTP is, and what it is shown. */
    url: string;
    token: string;
    signal: AbortSignal;
    timeoutMs: number;
    measured: Measured;
  },
): Promise<void> {
  const { timeoutMs, measured, signal } = around;
  const topic = (kind: 'reading' | 'receipt'): string => deviceTopic(homeId, probeIds.device, kind);
  await timed(
    'receipt',
    timeoutMs,
    () => {},
    () => link.subscribe(topic('receipt'), 1),
  );
  const { handed, stored } = around.store.expect(key);
  const said = JSON.stringify(key);
  const receipt = link.next((to, payload) => to === topic('receipt') && payload === said);
  await timed('bridge', timeoutMs, measured, () => {
    const reading = JSON.stringify({ ...key, at, values: { [probeQuantity]: value } });
    // Its acknowledgement is another leg's; only that it does not come ends this one.
    const published = link.publish(topic('reading'), reading, 1).then(() => handed);
    return Promise.race([handed, published]);
  });
  await timed('commit', timeoutMs, measured, () => stored);
  await timed('receipt', timeoutMs, measured, () => receipt);
  await timed('query', timeoutMs, measured, async () => {
    const answer = await fetch(`${around.url}/api/probes/reading?at=${at}`, {
      headers: { authorization: `Bearer ${around.token}` },
      signal,
    });
    if (!answer.ok) throw new Error(`HTTP answered ${answer.status}`);
    const found = (await answer.json()) as { value: number };
    if (found.value !== value) throw new Error(`HTTP answered with ${found.value} in place of ${value}`);
  });
}
