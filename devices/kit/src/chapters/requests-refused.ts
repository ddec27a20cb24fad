import { deviceTopic, deviceWrites } from '@hearth/contract';
import type { Bench } from '../bench.ts';
import { fail, judgeEach, notRun, pass, type Check, type Finding } from '../check.ts';
import { readFields } from '../log.ts';

/** Enough for a device that answers at once. ms */
const settleMs = 200;

/** Whether the device still answers on the connection that it had before. */
async function isWell(bench: Bench, linkBefore: number | undefined): Promise<Finding> {
  const answer = await bench.ask({ get: bench.askable });
  if (!answer?.body.values) return fail('afterwards it does not answer a right request');
  return bench.up?.link.number === linkBefore ? pass : fail('it broke the connection');
}

/** Requests that no device can do anything with; `{id}` and `{conn}` are filled in. */
const garbage: readonly string[] = [
  '',
  'null',
  '[]',
  '7',
  'get temperature',
  '{"id":"{id}","conn":{conn},"get":["temperature"]',
  '\u0000\u0001\u0002',
  '[['.repeat(200),
  '{"conn":{conn},"get":["temperature"]}',
  '{"id":7,"conn":{conn},"get":["temperature"]}',
  '{"id":"{id}","get":["temperature"]}',
  '{"id":"{id}","conn":"{conn}","get":["temperature"]}',
  '{"id":"{id}","conn":{conn}}',
  '{"id":"{id}","conn":{conn},"get":"temperature"}',
  '{"id":"{id}","conn":{conn},"get":[]}',
  '{"id":"{id}","conn":{conn},"get":[null]}',
  '{"id":"{id}","conn":{conn},"set":{}}',
  '{"id":"{id}","conn":{conn},"set":null}',
  '{"id":"{id}","conn":{conn},"get":["temperature"],"set":{"setpoint":20}}',
];

/** Sends what cannot be done; what is answered must be refused. */
async function tryGarbage(bench: Bench, payloads: readonly (string | Buffer)[]): Promise<Finding> {
  const { up } = bench;
  const from = bench.log.now();
  const ids = new Set<string | undefined>();
  for (const payload of payloads) {
    const id = bench.nextId();
    ids.add(id);
    const filled =
      typeof payload === 'string' ? payload.replace('{id}', id).replace('{conn}', `${up?.conn}`) : payload;
    bench.door.publish('request', filled);
  }
  // What it makes of them is there before its answer to a right one.
  const finding = await isWell(bench, up?.link.number);
  const taken = bench.log.said('response', from).filter(({ body }) => ids.has(body.id) && !body.error);
  const entries = taken.map(({ entry }) => entry);
  return taken.length > 0 ? fail('it did what cannot be read', entries) : finding;
}

/** What a device must not act on, and must not say. */
export const requestsRefused: readonly Check[] = [
  {
    id: 'requests.garbage',
    level: 'must',
    clause: 'Requests',
    says: 'refuses or passes over what is no request, and stays well',
    mend: 'Parse requests where a failure is caught; answer `malformed` where there is an id, else nothing.',
    needs: ['get'],
    run: (bench) => tryGarbage(bench, [...garbage, Buffer.from([0xff, 0xfe, 0x80])]),
  },
  {
    id: 'requests.large',
    level: 'must',
    clause: 'Limits',
    says: 'survives a request of 10 kB',
    mend: 'Drop a payload that is larger than your buffer, and keep the connection.',
    needs: ['get'],
    run: (bench) => tryGarbage(bench, [`{"id":"{id}","conn":{conn},"get":["${'x'.repeat(10_000)}"]}`]),
  },
  {
    id: 'requests.stale',
    level: 'must',
    clause: 'Requests',
    says: 'refuses a request for another connection as stale',
    mend: 'Compare `conn` of the request with the present one, before anything else but the remembered ids.',
    needs: ['get'],
    async run(bench) {
      for (const offset of [1, -1]) {
        const conn = (bench.up?.conn ?? 0) + offset;
        if (conn < 1) continue;
        const answer = await bench.ask({ get: bench.askable }, { conn });
        if (!answer) return fail(`no answer to a request for connection ${conn}`);
        const code = answer.body.error?.code;
        if (code !== 'stale') return fail(`a request for connection ${conn} got ${code ?? 'values'}`);
      }
      return pass;
    },
  },
  {
    id: 'requests.retained',
    level: 'should',
    clause: 'Requests',
    says: 'does not act on a request that comes as retained',
    mend: 'Pass over requests whose retain flag is set: they were not sent to this connection.',
    needs: ['get'],
    async run(bench) {
      const id = bench.nextId();
      const get = bench.askable;
      using _ = bench.door.behave({
        retainedRequest: ({ connect }) => {
          const { conn } = readFields(Buffer.from(connect?.will?.payload ?? '')) as { conn?: number };
          return JSON.stringify({ id, conn, get });
        },
      });
      if (!(await bench.reconnect())) return notRun('it did not come back');
      await bench.pause(settleMs);
      const acted = bench.log.said('response').filter(({ body }) => body.id === id && body.values);
      return acted.length === 0
        ? pass
        : fail(
            'it answered a retained request',
            acted.map(({ entry }) => entry),
          );
    },
  },
  {
    id: 'requests.own-topics',
    level: 'must',
    clause: 'The six topics',
    says: 'publishes nothing but its own four topics',
    mend: 'Publish to `about`, `status`, `reading` and `response` under your own id; anything else ends the connection.',
    kind: 'watched',
    run({ log, home, device }) {
      const own = new Set(deviceWrites.map((kind) => deviceTopic(home, device, kind)));
      return judgeEach(
        log.entries.flatMap((entry) =>
          entry.from === 'device' && entry.packet?.cmd === 'publish' ? [{ entry, ...entry.packet }] : [],
        ),
        ({ topic }) => (own.has(topic) ? null : `it published to ${topic}`),
        ({ entry }) => [entry],
        'it published nothing',
      );
    },
  },
];
