import { setTimeout as wait } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import type { FleetJob, FleetOutcome } from './load.ts';
import { residentBytes } from './resident.ts';

/** Clients that connect at once. */
const atOnce = 50;

/** What people write in place of a simulator: a client a device, and random numbers. */
export async function runPlain(job: FleetJob): Promise<FleetOutcome> {
  const { url, access, devices, periodMs, warmMs, measureMs } = job;
  if (!('username' in access)) throw new Error('a plain fleet has one credential');
  const beforeBytes = await residentBytes();
  const clients: MqttClient[] = [];
  for (let from = 0; from < devices; from += atOnce)
    clients.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(atOnce, devices - from) }, (_, n) => {
          const options = { clientId: `plain-${from + n}`, protocolVersion: 4, keepalive: 60 } as const;
          return connectAsync(url, { ...options, ...access });
        }),
      )),
    );
  let acknowledged = 0;
  const publish = (client: MqttClient, i: number): void => {
    const values = { temperature: 18 + 8 * Math.random(), humidity: 30 + 40 * Math.random() };
    client.publish(`plain/${i}/reading`, JSON.stringify({ at: Date.now(), values }), { qos: 1 }, () => {
      acknowledged += 1;
    });
  };
  const timers: NodeJS.Timeout[] = [];
  for (const [i, client] of clients.entries())
    timers.push(
      setTimeout(
        () => {
          publish(client, i);
          timers.push(setInterval(() => publish(client, i), periodMs));
        },
        (periodMs * i) / devices,
      ),
    );
  await wait(periodMs + warmMs);
  const from = { acknowledged, cpu: process.cpuUsage() };
  await wait(measureMs);
  const { user, system } = process.cpuUsage(from.cpu);
  const messages = acknowledged - from.acknowledged;
  const kilobytesEach = ((await residentBytes()) - beforeBytes) / devices / 1000;
  for (const timer of timers) clearInterval(timer);
  const cpuS = (user + system) / 1e6;
  return { messages, cpuS, kilobytesEach, made: 0, acknowledged, lost: 0, waiting: 0 };
}
