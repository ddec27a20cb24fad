import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Enrolled, type Enrolment, routes } from '@hearth/contract';
import type { Fleet } from '@hearth/simulator';
import { openStore } from '@hearth/store';
import { expect } from 'vitest';
import type { PartProcess } from '../processes.ts';

/** Resolves when the api says that all is well: it starts, and answers, before it has met its broker. */
export async function untilWell(api: PartProcess): Promise<void> {
  const status = async (): Promise<unknown> => {
    const response = await fetch(api.address['url'] + routes.health.path);
    return ((await response.json()) as { status: unknown }).status;
  };
  await expect.poll(status, { timeout: 30_000, interval: 20 }).toBe('ok');
}

/** Credentials for `count` devices, by the way that the demo home takes. */
export async function enrol(
  api: PartProcess,
  dataDir: string,
  count: number,
): Promise<Enrolled['credentials']> {
  await untilWell(api);
  const names = Array.from({ length: count }, (_, n) => `fleet-${String(n).padStart(2, '0')}`);
  const body: Enrolment = { devices: names.map((id) => ({ id, name: id, room: id })) };
  const response = await fetch(api.address['url'] + routes.enrol.path, {
    method: routes.enrol.method,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${readFileSync(join(dataDir, 'demo/token'), 'utf8').trim()}`,
    },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as Enrolled).credentials;
}

/** Every reading of the ledger, as the store must hold it: quantity, instant and value of each device. */
function expected(fleet: Fleet): Map<string, [at: number, value: unknown][]> {
  const series = new Map<string, [number, unknown][]>();
  for (const entry of fleet.ledger.entries())
    for (const [quantity, value] of Object.entries(entry.values)) {
      const name = `${entry.device} ${quantity}`;
      if (!series.has(name)) series.set(name, []);
      series.get(name)!.push([entry.at, value]);
    }
  return series;
}

/** The store holds what the devices' books say, all of it and once; every reading has its receipt. */
export async function expectStored(fleet: Fleet, dataDir: string): Promise<void> {
  expect(fleet.ledger.counts().dropped).toBe(0);
  expect(fleet.ledger.entries().every((entry) => entry.isReceipted)).toBe(true);
  await using store = await openStore({ path: join(dataDir, 'readings.db') });
  for (const progress of await store.progress()) expect(progress).toMatchObject({ boot: 1, missing: 0 });
  for (const [name, readings] of expected(fleet)) {
    const [device = '', quantity = ''] = name.split(' ');
    const raw = await store.raw({ device, quantity: quantity as never, from: 0, to: 8e15 });
    expect([...raw.at].map((at, i) => [at, raw.value[i]])).toEqual(readings);
  }
}
