import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import type { MqttClient } from 'mqtt';
import { expect, test } from 'vitest';
import { login, open, pause, startVictim, type Fare, type Victim } from './victim.ts';

// What a quiet machine of two cores keeps to is printed beside each; a crowded one gets room, and what the guard
// prevents would still stand out: seconds, and hundreds of megabytes.
const quiet = { p95Ms: 250, grownBytes: 10_000_000 };
const p95MaxMs = 4 * quiet.p95Ms;
const grownMaxBytes = 2.5 * quiet.grownBytes;
const attackMs = 6000;

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
function judge(what: string, { p95Ms, maxMs, roundTrips, grownBytes }: Fare): void {
  process.stdout.write(
    `${what}: honest p95 ${p95Ms.toFixed(1)} ms, max ${maxMs.toFixed(0)} ms of ${roundTrips}; memory +${mb(grownBytes)} ` +
      `(quiet: at most ${quiet.p95Ms} ms and +${mb(quiet.grownBytes)})\n`,
  );
  expect(p95Ms).toBeLessThan(p95MaxMs);
  expect(grownBytes).toBeLessThanOrEqual(grownMaxBytes);
}

/** Sockets of another host than the honest client's. */
async function openSockets({ url }: Victim, count: number): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: count }, () =>
    connectSocket({ port: Number(port), host: hostname, localAddress: '127.0.0.9' }).on('error', () => {}),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
}

/** Calls `act` again and again. */
async function keepOn(act: () => unknown, everyMs: number, forMs = attackMs): Promise<void> {
  for (const endAt = performance.now() + forMs; performance.now() < endAt;) {
    await act();
    await pause(everyMs);
  }
}

test.runIf(process.platform === 'linux')(
  'attackers do not slow an honest client down, nor make the broker large',
  { timeout: 120_000 },
  async () => {
    const gateways = ['flooding', 'frozen', 'greedy', 'twin'];
    await using victim = await startVictim({ devices: ['twin-device'], gateways });

    judge(
      '500 sockets that dribble',
      await victim.during(async () => {
        const sockets = await openSockets(victim, 500);
        // Of a CONNECT that goes on for ever, a byte now and then.
        for (const socket of sockets) socket.write(Buffer.from('10ff1f00044d515454', 'hex'));
        await keepOn(() => sockets.forEach((socket) => socket.write(Buffer.of(0x61))), 500);
        await expect.poll(() => sockets.every((socket) => socket.destroyed)).toBe(true);
      }),
    );

    judge(
      '20 giant CONNECTs',
      await victim.during(async () => {
        const sockets = await openSockets(victim, 20);
        const chunk = Buffer.alloc(1_000_000, 0x61);
        for (const socket of sockets) {
          socket.write(Buffer.from('10ffffff7f00044d51545404c2003c', 'hex'));
          for (let i = 0; i < 16; i++) socket.write(chunk);
        }
        await expect.poll(() => sockets.every((socket) => socket.destroyed)).toBe(true);
      }),
    );

    judge(
      'two clients of one name',
      await victim.during(async () => {
        let connects = 0;
        const fight = async (): Promise<void> => {
          const client = await open(victim.url, login('twin-device')).catch(() => null);
          if (!client) return;
          connects++;
          if (client.connected)
            await Promise.race([
              new Promise<void>((resolve) => client.once('close', () => resolve())),
              pause(500),
            ]);
          client.end(true);
        };
        await Promise.all([keepOn(fight, 10), keepOn(fight, 10)]);
        expect(connects).toBeLessThanOrEqual(20);
      }),
    );

    judge(
      '2,000 filters',
      await victim.during(async () => {
        const greedy = await open(victim.url, login('greedy'));
        let granted = 0;
        await keepOn(async () => {
          const filters = Array.from({ length: 2000 }, (_, i) => `greedy/+/+/+/${i}/+/#`);
          const answers = await greedy.subscribeAsync(filters, { qos: 1 }).catch(() => []);
          granted = Math.max(granted, answers.filter(({ qos }) => qos < 128).length);
          await greedy.publishAsync('greedy/a/b/c/7/d/e', 'x', { qos: 1 });
        }, 100);
        expect(granted).toBeLessThanOrEqual(16);
        greedy.end(true);
      }),
    );

    judge(
      'a subscriber that reads nothing',
      await victim.during(async () => {
        const frozen = await open(victim.url, login('frozen', 'reader'));
        await frozen.subscribeAsync('frozen/#', { qos: 0 });
        (frozen.stream as Socket).pause();
        const sender: MqttClient = await open(victim.url, login('frozen', 'sender'));
        const payload = Buffer.alloc(20_000);
        await keepOn(() => sender.publishAsync('frozen/x', payload, { qos: 1 }), 1, 8000);
        (frozen.stream as Socket).resume();
        await expect.poll(() => frozen.connected).toBe(false);
        sender.end(true);
      }),
    );
  },
);
