import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { publish, subscribe } from '../../conformance/packets.ts';
import { createLedger } from '../kill/ledger.ts';
import { join as joinBroker, type Link, type Place } from '../kill/link.ts';
import { createPublisher, type Watch } from '../kill/publisher.ts';
import { createSubscriber } from '../kill/subscriber.ts';
import { createWills } from '../kill/wills.ts';
import { attach } from '../strace.ts';
import { openWarmBrokers } from '../warm-broker.ts';
import { createPromises, isFree, isIn, isQueued, isRetained, type Promises } from './promises.ts';
import { readTrace, tracedCalls, type TraceEvent } from './trace.ts';

/** Everything that a broker wrote and answered, from its first start on, and what its answers promise. */
export interface Recording {
  dataDir: string;
  events: TraceEvent[];
  promises: Promises;
}

/** Acknowledged messages of each of the two lives: enough for several checkpoints. */
const messagesPerLife = 3000;
const paddingBytes = 300;
/** Longer than anything that a broker writes at once. */
const wholeBytes = 4 * 1024 * 1024;
const giveUpMs = 120_000;
const absent = ['hearth-api-absent1', 'hearth-api-absent2'];
const windows = [1, 20, 100];

/**
 * Records a broker from its first start to a kill, and its start after that to the next: publishers of all windows, two
 * absent durable subscribers, one that is there and acknowledges, a will, and QoS 2 exchanges that stay open.
 */
export async function record(preloads: readonly string[] = []): Promise<Recording> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-power-'));
  await using parts = new AsyncDisposableStack();
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const dataDir = join(folder, 'data');
  const warm = parts.use(
    await openWarmBrokers({ HEARTH_DATA_DIR: dataDir, HEARTH_LOG_LEVEL: 'warn' }, preloads),
  );
  const clients = createClients();
  const events: TraceEvent[] = [];
  for (const life of [1, 2]) {
    const trace = join(folder, `trace-${life}`);
    const waiting = await warm.next();
    const tracing = await attach(waiting.pid, [
      ...`-yy -xx -s ${wholeBytes} -e trace=${tracedCalls} -o`.split(' '),
      trace,
    ]);
    const broker = await waiting.start();
    await clients.live({
      port: Number(new URL(broker.address['mqttUrl']!).port),
      username: 'hearth-api',
      password: readFileSync(join(dataDir, 'broker/service-secret'), 'utf8').trim(),
    });
    await broker.kill();
    await tracing.detach();
    events.push(...readTrace(readFileSync(trace, 'latin1')));
  }
  return { dataDir, events, promises: clients.promises };
}

function createClients() {
  const promises = createPromises();
  const ledger = createLedger();
  const present = createSubscriber(ledger, createWills(ledger, []), 'present', 2);
  const publishers = windows.flatMap((window) =>
    ([1, 2] as const).map((qos) => {
      const watch: Watch = (port, { id, n, topic, payload, retain }) => {
        const answer = qos === 1 ? 'puback' : 'pubrec';
        for (const session of absent) promises.add(port, answer, id, isQueued(session, payload));
        if (retain) promises.add(port, answer, id, isRetained(topic, n));
        if (qos === 2) promises.add(port, 'pubcomp', id, isFree(publisher.clientId, id));
      };
      const publisher = createPublisher(ledger, { qos, window, paddingBytes, watch });
      return publisher;
    }),
  );
  let lives = 0;

  const subscribeAbsent = async (place: Place, name: string): Promise<void> => {
    const subscribed = Promise.withResolvers<void>();
    const link = await joinBroker(place, { clientId: name, clean: false }, (answer) => {
      if (answer.type === 'suback') subscribed.resolve();
    });
    promises.add(link!.localPort, 'connack', 0, isIn('sessions', name));
    promises.add(link!.localPort, 'suback', 1, isIn('filters', `${name} f/#`));
    link!.send(subscribe(1, [['f/#', 2]]));
    await subscribed.promise;
    link!.cut();
    await link!.closed;
  };
  /** Publishes with QoS 2 and never sends PUBREL. */
  const hold = async (place: Place): Promise<Link> => {
    const name = 'hearth-api-holder';
    const link = (await joinBroker(place, { clientId: name, clean: false }, () => {}))!;
    for (let i = 0; i < 50; i++) {
      const id = lives * 1000 + i;
      promises.add(link.localPort, 'pubrec', id, isIn('incoming', `${name} ${id}`));
      link.send(publish('h/x', 'held', { qos: 2, id }));
    }
    return link;
  };
  const willing = async (place: Place): Promise<void> => {
    const payload = `will ${lives}`;
    const will = { topic: 'w/will', payload, qos: 1 };
    const link = await joinBroker(place, { clientId: `hearth-api-willing`, will }, () => {});
    // The next start publishes it.
    const isKept = isIn('wills', payload);
    promises.add(link!.localPort, 'connack', 0, (found) =>
      lives > 1 && payload === 'will 1' ? null : isKept(found),
    );
  };

  return {
    promises,
    /** One life of the broker: returns in the middle of everything. */
    async live(place: Place): Promise<void> {
      lives++;
      if (lives === 1) {
        await present.connect(place);
        for (const name of absent) await subscribeAbsent(place, name);
      }
      await Promise.all([
        ...[...publishers, ...(lives > 1 ? [present] : [])].map((client) => client.connect(place)),
        hold(place),
        willing(place),
      ]);
      const giveUpAt = Date.now() + giveUpMs;
      while (ledger.totals().acknowledged < lives * messagesPerLife && Date.now() < giveUpAt) await pause(10);
    },
  };
}
