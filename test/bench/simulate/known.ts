import { createHash, randomBytes } from 'node:crypto';
import { controlTopics, type ControlRequest, type DeviceCredential } from '@hearth/contract';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Subject } from '../broker/subjects.ts';

/** Credentials that are made known in one message: it has a limit. */
const atOnce = 100;

/** The platform's own client at our broker: makes devices known, and hears every reading. */
export interface Listener extends AsyncDisposable {
  /** Readings that came, each counted once however often it was sent. */
  readonly heard: number;
  makeKnown(ids: readonly string[]): Promise<DeviceCredential[]>;
}

export async function openListener({ place }: Subject): Promise<Listener> {
  const { port, username, password } = place;
  const brokerUrl = `mqtt://127.0.0.1:${port}`;
  const options = { clientId: 'hearth-api-bench', username, password, protocolVersion: 4 } as const;
  const client = await connectAsync(brokerUrl, { ...options, reconnectPeriod: 0 });
  const newest = new Map<string, Set<number>>();
  let heard = 0;
  client.on('message', (topic, payload) => {
    if (topic === controlTopics.response) return;
    const { boot, seq } = JSON.parse(payload.toString()) as { boot: number; seq: number };
    const key = `${topic}/${boot}`;
    let seqs = newest.get(key);
    if (!seqs) newest.set(key, (seqs = new Set()));
    if (seqs.has(seq)) return;
    seqs.add(seq);
    heard += 1;
  });
  await client.subscribeAsync(['hearth/v1/+/+/reading', controlTopics.response], { qos: 1 });
  return {
    get heard() {
      return heard;
    },
    async makeKnown(ids) {
      const known = ids.map((id) => {
        return { id, home: 'bench', secret: randomBytes(32).toString('base64url'), brokerUrl };
      });
      for (let from = 0; from < known.length; from += atOnce) {
        const add = known.slice(from, from + atOnce).map(({ id, secret }) => {
          const secretSha256 = createHash('sha256').update(secret).digest('hex');
          return { id, role: 'device' as const, home: 'bench', secretSha256 };
        });
        await order(client, { id: `add-${from}`, add });
      }
      return known;
    },
    async [Symbol.asyncDispose]() {
      await client.endAsync();
    },
  };
}

async function order(client: MqttClient, request: ControlRequest): Promise<void> {
  const answered = new Promise<void>((resolve, reject) => {
    const take = (topic: string, payload: Uint8Array): void => {
      if (topic !== controlTopics.response) return;
      client.off('message', take);
      const { error } = JSON.parse(Buffer.from(payload).toString()) as { error?: string };
      if (error) reject(new Error(error));
      else resolve();
    };
    client.on('message', take);
  });
  await client.publishAsync(controlTopics.request, JSON.stringify(request), { qos: 1 });
  await answered;
}
