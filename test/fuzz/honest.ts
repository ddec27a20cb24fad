import type { MqttClient } from 'mqtt';
import { login, open, pause } from '../faults/victim.ts';
import { maySay } from './cast.ts';

const windowMax = 4;
const patienceMs = 10_000;
const topic = 'honest/line';

/** Two who count up to one another at QoS 1, and the api, which hears everything. */
export interface Honest extends AsyncDisposable {
  /** How far the count has come. */
  readonly count: number;
  /** @throws {Error} with what went wrong since the start. */
  check(): void;
  /** All that was told has been heard. */
  settle(): Promise<void>;
}

/** @param service the api's connection, which sees whether anybody spoke in another's name. */
export async function startHonest(url: string, service: MqttClient): Promise<Honest> {
  let fault: Error | null = null;
  const line = { told: 0, heard: 0, isOver: false };
  const fail = (words: string): void => void (fault ??= new Error(words));

  const [teller, hearer] = [await open(url, login('teller')), await open(url, login('hearer'))];
  for (const [name, client] of Object.entries({ teller, hearer, service }))
    client.on('close', () => line.isOver || fail(`the honest ${name} was cut off`));
  hearer.on('message', (from, payload) => {
    const text = payload.toString();
    if (from !== topic || Number(text) !== line.heard + 1)
      fail(`the hearer expected ${line.heard + 1} on ${topic}, got ${text.slice(0, 40)} on ${from}`);
    line.heard = Number(text);
  });
  service.on(
    'message',
    (from) => from.startsWith('$') || maySay(from) || fail(`somebody could publish to ${from}`),
  );
  await hearer.subscribeAsync('honest/#', { qos: 1 });
  await service.subscribeAsync('#', { qos: 0 });

  const tell = async (): Promise<void> => {
    while (!line.isOver) {
      const startedAt = performance.now();
      const acknowledged = Array.from({ length: windowMax }, () =>
        teller.publishAsync(topic, String(++line.told), { qos: 1 }),
      );
      await Promise.all(acknowledged);
      const tookMs = performance.now() - startedAt;
      if (tookMs > patienceMs) fail(`honest messages took ${(tookMs / 1000).toFixed(0)} s`);
      await pause(5);
    }
  };
  const telling = tell().catch((error: unknown) => line.isOver || fail(`the teller: ${String(error)}`));
  const settle = async (): Promise<void> => {
    line.isOver = true;
    await telling;
    const endAt = performance.now() + patienceMs;
    while (line.heard < line.told && performance.now() < endAt) await pause(5);
    if (line.heard < line.told) fail(`of ${line.told} acknowledged messages ${line.heard} were heard`);
  };
  return {
    get count() {
      return line.heard;
    },
    check() {
      if (fault) throw fault;
    },
    settle,
    async [Symbol.asyncDispose]() {
      line.isOver = true;
      await Promise.all([teller.endAsync(true), hearer.endAsync(true)]);
    },
  };
}
