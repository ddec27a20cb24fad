import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { depth } from '../../scripts/test/depth.mjs';
import { startPart } from '../processes.ts';
import { createLedger } from './kill/ledger.ts';
import type { Place } from './kill/link.ts';
import { createPublisher } from './kill/publisher.ts';
import { createSubscriber } from './kill/subscriber.ts';
import { createWills } from './kill/wills.ts';

const publishers = 10;
/** All together more than the broker hands to its subscribers at once. */
const window = 300;
const { visits } = depth;
const stayMaxMs = 200;
/** Less than a queue of the api holds: what it has no place for is left out. */
const publishedMax = 80_000;

test(
  'subscribers that come and go under a burst get every message, in order, and those of QoS 2 once',
  { timeout: 120_000 },
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'hearth-come-'));
    await using parts = new AsyncDisposableStack();
    parts.defer(() => rmSync(dataDir, { recursive: true, force: true }));
    const broker = parts.use(
      await startPart('broker', { HEARTH_DATA_DIR: dataDir, HEARTH_LOG_LEVEL: 'warn' }),
    );
    const place: Place = {
      port: Number(new URL(broker.address['mqttUrl']!).port),
      username: 'hearth-api',
      password: readFileSync(join(dataDir, 'broker/service-secret'), 'utf8').trim(),
    };
    const ledger = createLedger();
    const wills = createWills(ledger, []);
    const restless = ([1, 2] as const).map((qos) => createSubscriber(ledger, wills, `restless${qos}`, qos));
    for (const subscriber of restless) await subscriber.connect(place);
    const crowd = Array.from({ length: publishers }, (_, i) =>
      createPublisher(ledger, { qos: i % 3 === 0 ? 1 : 2, window: window + i }),
    );
    for (const publisher of crowd) await publisher.connect(place);
    for (let visit = 0; visit < visits; visit++) {
      if (ledger.totals().acknowledged > publishedMax) for (const publisher of crowd) publisher.pause();
      await Promise.all(
        restless.map(async (subscriber) => {
          await pause(Math.random() * stayMaxMs);
          await subscriber.leave();
          await pause(Math.random() * stayMaxMs);
          await subscriber.connect(place);
        }),
      );
    }
    for (const publisher of crowd) publisher.pause();
    const isDone = (): boolean => crowd.every(({ isIdle }) => isIdle) && ledger.isComplete();
    while (!isDone() && ledger.quietMs() < 10_000) await pause(20);
    ledger.close();
    const { acknowledged, received } = ledger.totals();
    process.stdout.write(`${visits} visits: ${acknowledged} acknowledged, ${received} received\n`);
    expect(ledger.examples).toEqual([]);
    expect(acknowledged).toBeGreaterThan(publishers * window);
  },
);
