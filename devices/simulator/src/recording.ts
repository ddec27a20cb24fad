import { randomUUID } from 'node:crypto';
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import type { Speed } from './simulation.ts';

/** One message of a recording, a line of its file. The payload is text where it is UTF-8, base64 where it is not. */
const Recorded = Type.Object({
  at: Type.Integer({ minimum: 0, description: 'When it came, Unix ms.' }),
  topic: Type.String({ minLength: 1 }),
  text: Type.Optional(Type.String()),
  base64: Type.Optional(Type.String()),
  qos: Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)]),
  retain: Type.Boolean(),
});
type Recorded = Static<typeof Recorded>;

/** Where a recording is made or played. */
export interface BrokerPlace {
  /** Any address that MQTT.js takes, with user name and password in it where the broker asks for them. */
  url: string;
  /** Authority (PEM) of an encrypted broker. */
  ca?: string | undefined;
  /** A chosen one; by chance if not set. */
  clientId?: string | undefined;
}

/** No broker there, or no recording; the message says what. */
class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly code = 'recording';
}

/** Messages of a replay on their way at once. */
const inFlightMax = 200;
/** A line that a person writes by mistake may be long; this much of it is shown. */
const shownChars = 60;

export interface RecordOptions {
  file: string;
  filter: string;
  signal: AbortSignal;
  /** The filter is granted: nothing is missed from here on. */
  onReady?: () => void;
}

/**
 * Writes what a broker sends to a file, a line a message, until the signal.
 * @returns how many messages came.
 * @throws {RecordingError} when the broker does not let us in or grant the filter.
 */
export async function record(
  place: BrokerPlace,
  { file, filter, signal, onReady }: RecordOptions,
): Promise<number> {
  const fd = openSync(file, 'w');
  let count = 0;
  const client = await open(place);
  try {
    client.on('message', (topic, payload, { qos, retain }) => {
      count += 1;
      writeSync(fd, `${JSON.stringify({ at: Date.now(), topic, ...written(payload), qos, retain })}\n`);
    });
    // Retain as published: else only what was there before would say that it is retained.
    const granted = await client.subscribeAsync(filter, { qos: 2, rap: true });
    if (granted.some(({ qos }) => qos >= 128))
      throw new RecordingError(`the broker does not grant ${filter}`);
    onReady?.();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve());
    });
    return count;
  } finally {
    await client.endAsync();
    closeSync(fd);
  }
}

/**
 * Publishes a recording with its timing, so many times faster, or as fast as the broker takes it, until its end or the
 * signal. @returns how many messages the broker took.
 * @throws {RecordingError} when the broker does not let us in, or a line is no message.
 */
export async function replay(
  place: BrokerPlace,
  { file, speed, signal }: { file: string; speed: Speed; signal: AbortSignal },
): Promise<number> {
  const client = await open(place);
  const state: { inFlight: number; taken: number; failure?: Error } = { inFlight: 0, taken: 0 };
  const settle = (error?: Error): void => {
    state.inFlight -= 1;
    if (error) state.failure = error;
    else state.taken += 1;
  };
  let first: { at: number; playedAt: number } | null = null;
  try {
    for await (const { at, topic, text, base64, qos, retain } of readRecording(file)) {
      first ??= { at, playedAt: performance.now() };
      const dueAt = speed === 'max' ? 0 : first.playedAt + (at - first.at) / speed;
      if (dueAt > performance.now())
        await wait(dueAt - performance.now(), undefined, { signal }).catch(() => {});
      while (state.inFlight >= inFlightMax) await wait(1);
      if (signal.aborted || state.failure) break;
      state.inFlight += 1;
      const payload = base64 === undefined ? (text ?? '') : Buffer.from(base64, 'base64');
      client.publish(topic, payload, { qos, retain }, (error) => settle(error ?? undefined));
    }
    while (state.inFlight > 0 && !signal.aborted) await wait(1);
    if (state.failure)
      throw new RecordingError(`the broker took ${state.taken} messages: ${state.failure.message}`);
    return state.taken;
  } finally {
    await client.endAsync();
  }
}

function written(payload: Buffer): { text: string } | { base64: string } {
  const text = payload.toString();
  return Buffer.from(text).equals(payload) ? { text } : { base64: payload.toString('base64') };
}

async function* readRecording(file: string): AsyncGenerator<Recorded> {
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    count += 1;
    if (line.trim() === '') continue;
    const message = parse(line);
    if (!message)
      throw new RecordingError(`${file}:${count} is no recorded message: ${line.slice(0, shownChars)}`);
    yield message;
  }
}

function parse(line: string): Recorded | null {
  try {
    const message: unknown = JSON.parse(line);
    return Check(Recorded, message) ? message : null;
  } catch {
    return null;
  }
}

/** MQTT 5 where the broker speaks it, else 3.1.1. */
async function open({ url, ca, clientId }: BrokerPlace): Promise<MqttClient> {
  const options: IClientOptions = {
    reconnectPeriod: 0,
    clean: true,
    clientId: clientId ?? `hearth-sim-${randomUUID().slice(0, 8)}`,
    ...(ca !== undefined && { ca }),
  };
  try {
    return await connectAsync(url, { ...options, protocolVersion: 5 });
  } catch (error) {
    // CONNACK of 3.1.1 and 5: this version is not spoken here.
    const { code } = error as { code?: unknown };
    if (code !== 1 && code !== 132)
      throw new RecordingError(`${new URL(url).host} does not let us in: ${(error as Error).message}`);
  }
  return connectAsync(url, { ...options, protocolVersion: 4 });
}
