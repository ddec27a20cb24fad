import { setTimeout as pause } from 'node:timers/promises';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startPart, type PartProcess } from '../processes.ts';
import { createLedger } from './kill/ledger.ts';
import type { Place } from './kill/link.ts';
import { createPublisher } from './kill/publisher.ts';
import { createSubscriber } from './kill/subscriber.ts';
import { createWills } from './kill/wills.ts';
import { openWarmBrokers } from './warm-broker.ts';

const sessions = 10;
const messages = 10_000;
const queued = sessions * messages;
/** The figure itself is printed, and is to be 3 s; twice that is room for a machine that does other things too. */
const readyWithinMs = 6000;
const coldWithinMs = 12_000;

test(
  `a broker that is killed with ${queued.toLocaleString('en')} messages queued is back within ${readyWithinMs / 1000} s and delivers them all`,
  { timeout: 180_000 },
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'hearth-restart-'));
    await using parts = new AsyncDisposableStack();
    parts.defer(() => rmSync(dataDir, { recursive: true, force: true }));
    const env = { HEARTH_DATA_DIR: dataDir, HEARTH_LOG_LEVEL: 'warn' };
    const placeOf = ({ address }: PartProcess): Place => ({
      port: Number(new URL(address['mqttUrl']!).port),
      username: 'hearth-api',
      password: readFileSync(join(dataDir, 'broker/service-secret'), 'utf8').trim(),
    });
    const ledger = createLedger();
    const wills = createWills(ledger, []);
    const absent = Array.from({ length: sessions }, (_, i) => createSubscriber(ledger, wills, `away${i}`, 1));
    const publisher = createPublisher(ledger, { qos: 1, window: 500, paddingBytes: 200 });

    const first = parts.use(await startPart('broker', env));
    for (const subscriber of absent) {
      await subscriber.connect(placeOf(first));
      await subscriber.leave();
    }
    await publisher.connect(placeOf(first));
    await expect
      .poll(() => ledger.totals().acknowledged, { timeout: 60_000, interval: 5 })
      .toBeGreaterThanOrEqual(messages);
    publisher.pause();
    await first.kill();

    const coldAt = performance.now();
    const cold = parts.use(await startPart('broker', env));
    const coldMs = performance.now() - coldAt;
    await cold.kill();

    const warm = parts.use(await openWarmBrokers(env));
    const waiting = await warm.next();
    const warmAt = performance.now();
    const again = parts.use(await waiting.start());
    const readyMs = performance.now() - warmAt;
    process.stdout.write(
      `${queued} queued: ready ${(readyMs / 1000).toFixed(2)} s after its modules were loaded, ${(coldMs / 1000).toFixed(2)} s after the process began\n`,
    );
    expect(readyMs).toBeLessThan(readyWithinMs);
    expect(coldMs).toBeLessThan(coldWithinMs);

    await publisher.connect(placeOf(again));
    await Promise.all(absent.map((subscriber) => subscriber.connect(placeOf(again))));
    const isDone = (): boolean => publisher.isIdle && ledger.isComplete();
    while (!isDone() && ledger.quietMs() < 10_000) await pause(100);
    ledger.close();
    expect(ledger.examples).toEqual([]);
    expect(ledger.totals().received).toBeGreaterThanOrEqual(queued);
  },
);
