import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { openChannels } from './channels.ts';
import type { Change } from './machine.ts';
import { openAlertRecords } from './records.ts';
import { startReceiver } from './test-receiver.ts';
import { seeded } from './test-seeded.ts';

/** `npm test` says how many (scripts/test/depth.mjs). */
const kills = Number(process.env['TEST_NOTICE_KILLS'] ?? 3);

/** A folder in which so many notices wait for one webhook. */
async function openMailbag(url: string, count: number) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'hearth-kills-'));
  const now = Date.now();
  const changes = Array.from({ length: count }, (_, i): Change => {
    const finding = { subject: `device-${i}`, name: 'a device', holds: true, why: '', causes: [] };
    return { what: 'fired', kind: 'device-offline', finding, since: now };
  });
  const db = openDatabase(folder.path);
  const channels = openChannels(db, join(folder.path, 'key'), () => now);
  const place = { kind: 'webhook', url } as const;
  const { channel } = channels.add({ name: 'Hook', reach: 'all', place });
  const settings = { quiet: null, escalateMin: null };
  openAlertRecords(db).apply(changes, now, { settings, timeZone: 'UTC', maintenanceUntil: null });
  let sender: ChildProcess | undefined;
  return {
    /** The process that sends. */
    start() {
      const program = join(import.meta.dirname, 'sending-until-killed.ts');
      sender = spawn(process.execPath, [program, folder.path], { stdio: ['ignore', 'ignore', 'inherit'] });
      return once(sender, 'exit');
    },
    kill: () => void sender?.kill('SIGKILL'),
    channel: () => channels.get(channel.id)!,
    async [Symbol.asyncDispose]() {
      sender?.kill('SIGKILL');
      db.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** How often each notice came. */
const countsOf = (received: readonly string[]): Map<string, number> =>
  new Map([...Map.groupBy(received, (id) => id)].map(([id, times]) => [id, times.length]));

/** Starting a process takes seconds where others start theirs. */
const timeout = 60_000 + 10_000 * kills;

test(
  `killed with -9 ${kills} times while it sends: each notice arrives once or twice`,
  { timeout },
  async () => {
    const random = seeded(5);
    const all = 4 * kills;
    /** Counts down to the arrival at which it dies: in this instant, or some milliseconds later. */
    let left = Infinity;
    let isAtOnce = true;
    let kill = (): void => {};
    await using receiver = await startReceiver(() => {
      left -= 1;
      if (left === 0 && isAtOnce) kill();
      else if (left === 0) void wait(10 * random()).then(kill);
      return 204;
    });
    await using mailbag = await openMailbag(receiver.url, all);
    kill = mailbag.kill;
    for (let i = 0; i < kills; i++) {
      left = 1 + Math.floor(3 * random());
      isAtOnce = random() < 0.5;
      // oxlint-disable-next-line no-await-in-loop -- one life after the other
      expect(await mailbag.start()).toEqual([null, 'SIGKILL']);
    }
    left = Infinity;
    void mailbag.start();
    await expect.poll(() => mailbag.channel().waiting, { timeout: 30_000 }).toBe(0);
    const counts = countsOf(receiver.received);
    expect(counts.size).toBe(all);
    expect(Math.max(...counts.values())).toBe(2);
    expect(receiver.received.length).toBeLessThanOrEqual(all + kills);
  },
);

test('what a kill interrupted twice is not sent a third time, and is shown: it may not have arrived', async () => {
  let isKillingAtArrival = true;
  let isKillingAtConnection = false;
  let kill = (): void => {};
  await using receiver = await startReceiver(
    () => {
      if (isKillingAtArrival) kill();
      return 204;
    },
    () => {
      if (isKillingAtConnection) kill();
    },
  );
  await using mailbag = await openMailbag(receiver.url, 3);
  kill = mailbag.kill;
  for (let i = 0; i < 3; i++)
    // oxlint-disable-next-line no-await-in-loop -- one life after the other
    await mailbag.start();
  expect(receiver.received).toEqual(['notice-1', 'notice-1', 'notice-2']);
  expect(mailbag.channel()).toMatchObject({ waiting: 2, failed: 1 });
  isKillingAtConnection = true;
  await mailbag.start();
  [isKillingAtArrival, isKillingAtConnection] = [false, false];
  void mailbag.start();
  await expect.poll(() => mailbag.channel()).toMatchObject({ waiting: 0, failed: 2, last: { isSent: true } });
  expect(Math.max(...countsOf(receiver.received).values())).toBe(2);
  expect(receiver.received.at(-1)).toBe('notice-3');
});
