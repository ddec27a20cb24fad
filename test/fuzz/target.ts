import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlTopics, type ControlRequest, type ControlResponse } from '@hearth/contract';
import type { MqttClient } from 'mqtt';
import { open, pause } from '../faults/victim.ts';
import { startPart } from '../processes.ts';
import type { Doors } from './carriers.ts';
import { credentials, fuzzed } from './cast.ts';

/** The broker as a process of its own, with everybody's credentials. */
export interface Target extends AsyncDisposable, Doors {
  /** The api's connection. */
  service: MqttClient;
  /** @throws {Error} with its log when the process has ended or said something is wrong. */
  check(): void;
  /** Bytes in use after a collection. */
  heapBytes(): Promise<number>;
  /** Ends the sessions of the fuzzed and clears what is retained, so that what is left in memory is a leak. */
  tidy(): Promise<void>;
}

/** On SIGUSR2 the broker collects and says what is left: resident memory only ever grows. */
const sayHeap = `
  process.on('SIGUSR2', () => {
    for (let i = 0; i < 3; i++) gc();
    const { heapUsed, external } = process.memoryUsage();
    process.stderr.write('[heap ' + (heapUsed + external) + ']');
  });`;
const heapPattern = /\[heap (\d+)\]/g;

export async function startTarget(): Promise<Target> {
  await using parts = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-fuzz-'));
  parts.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const broker = parts.use(
    await startPart('broker', { HEARTH_DATA_DIR: dataDir, HEARTH_LOG_LEVEL: 'error' }, [
      '--expose-gc',
      '--import',
      `data:text/javascript,${encodeURIComponent(sayHeap)}`,
    ]),
  );
  const { mqttUrl = '', wsUrl = '' } = broker.address;
  const service = await open(mqttUrl, {
    clientId: 'hearth-api-fuzz',
    username: 'hearth-api',
    password: readFileSync(join(dataDir, 'broker/service-secret'), 'utf8').trim(),
  });
  parts.defer(() => service.endAsync(true));
  await change(service, { add: [...credentials] });
  const check = (): void => {
    const said = broker.output().replace(heapPattern, '').trim();
    if (broker.child.exitCode !== null || broker.child.signalCode !== null)
      throw new Error(`the broker has ended:\n${said}`);
    if (said !== '') throw new Error(`the broker says:\n${said}`);
  };
  const running = parts.move();
  return {
    mqttUrl,
    wsUrl,
    service,
    check,
    async heapBytes() {
      const told = () => [...broker.output().matchAll(heapPattern)].map(([, bytes]) => Number(bytes));
      const before = told().length;
      broker.child.kill('SIGUSR2');
      while (told().length === before) {
        check();
        await pause(10);
      }
      return told().at(-1)!;
    },
    async tidy() {
      await change(service, { revoke: fuzzed.map(({ id }) => id), add: fuzzed });
      await clearRetained(service);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function change(service: MqttClient, asked: Omit<ControlRequest, 'id'>): Promise<void> {
  await service.subscribeAsync(controlTopics.response, { qos: 1 });
  const answered = new Promise<ControlResponse>((resolve) => {
    service.on('message', function take(topic, payload) {
      if (topic !== controlTopics.response) return;
      service.off('message', take);
      resolve(JSON.parse(payload.toString()) as ControlResponse);
    });
  });
  const request: ControlRequest = { id: 'change', ...asked };
  await service.publishAsync(controlTopics.request, JSON.stringify(request), { qos: 1 });
  const { error } = await answered;
  if (error !== undefined) throw new Error(error);
  await service.unsubscribeAsync(controlTopics.response);
}

/** A subscription made anew brings all that are retained, and SUBACK comes before them. */
async function clearRetained(service: MqttClient): Promise<void> {
  const topics = new Set<string>();
  const note = (topic: string, _payload: Buffer, { retain }: { retain: boolean }): void =>
    void (retain && topics.add(topic));
  service.on('message', note);
  await service.subscribeAsync('#', { qos: 0 });
  for (let before = -1; before < topics.size;) {
    before = topics.size;
    await pause(200);
  }
  service.off('message', note);
  await Promise.all([...topics].map((topic) => service.publishAsync(topic, '', { qos: 1, retain: true })));
}
