import { setTimeout as pause } from 'node:timers/promises';
import { isInstalled } from '../../../interop/programs.ts';
import { freePort, listens } from '../../../ports.ts';
import { columnsOf } from '../columns.ts';
import { endAt, messagesOf } from '../data-set.ts';
import type { Engine } from '../engine.ts';
import { filesSizeB } from '../files.ts';
import { type HttpClient, openHttp } from '../http-client.ts';
import { encodeLines, sendInBatches } from '../line-protocol.ts';
import type { Answer, Question } from '../questions.ts';
import { startServer } from '../server.ts';

const program = '/usr/bin/victoria-metrics';

/** Debian's VictoriaMetrics. Answers are computed each time: a chart of a running heating is never the same twice. */
export const victoriaMetrics: Engine = {
  name: 'victoriaMetrics',
  title: 'VictoriaMetrics',
  problem: () => (isInstalled(program) ? null : 'victoria-metrics is not installed'),
  sizeB: filesSizeB,
  async start(folder) {
    const port = await freePort();
    await using open = new AsyncDisposableStack();
    const server = open.use(
      startServer(program, [
        `-storageDataPath=${folder}`,
        `-httpListenAddr=127.0.0.1:${port}`,
        '-retentionPeriod=100y',
        '-search.disableCache',
        '-search.latencyOffset=0s',
        '-loggerLevel=WARN',
      ]),
    );
    const http = open.use(openHttp(port));
    await Promise.race([listens(port, server), server.gone]);
    const parts = open.move();
    return {
      pid: server.pid,
      async load(devices, atMost = Infinity) {
        await sendInBatches(messagesOf(devices, 0, atMost), (batch) =>
          http.post('/write?precision=ms', encodeLines(batch)),
        );
      },
      async settle() {
        await http.get('/internal/force_flush');
        await merge(http);
      },
      ask: (question) => ask(http, question),
      encode: (messages) => Buffer.from(encodeLines(messages)),
      write: async (body) => void (await http.post('/write?precision=ms', body)),
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    };
  },
};

/** Resolves when each month is one part and nothing is being merged. */
async function merge(http: HttpClient): Promise<void> {
  await http.get('/internal/force_merge');
  for (let quiet = 0; quiet < 3;) {
    await pause(300);
    const metrics = (await http.get('/metrics')).toString();
    const active = [...metrics.matchAll(/^vm_active_(?:force_)?merges(?:\{.*\})? (\d+)/gm)];
    quiet = active.every(([, count]) => count === '0') ? quiet + 1 : 0;
  }
}

/** What its query API answers. */
interface Result {
  data: {
    result: { metric: { rollup?: string }; value: [number, string]; values: [number, string][] }[];
  };
}

async function ask(http: HttpClient, question: Question): Promise<Answer> {
  const get = async (path: string, words: Record<string, string>): Promise<string> =>
    (await http.get(`${path}?${new URLSearchParams(words)}`)).toString();
  if (question.kind === 'latest') {
    // As of the data's end: an hour's look back is as cheap as its own five minutes, and bridges a short gap.
    const query = 'last_over_time({__name__=~"reading_.+"}[1h])';
    const { data } = JSON.parse(await get('/api/v1/query', { query, time: String(endAt / 1000) })) as Result;
    return columnsOf(
      data.result.map(({ value }) => [value[0] * 1000, Number(value[1])]),
      2,
    );
  }
  const { series, from, to } = question;
  const selector = `reading_${series.quantity}{device="${series.device}"}`;
  const seconds = (ms: number): string => String(ms / 1000);
  if (question.kind === 'raw') {
    const text = await get('/api/v1/export', {
      'match[]': selector,
      start: seconds(from),
      end: seconds(to - 1),
    });
    const blocks = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, number[]>);
    return ['timestamps', 'values'].map((name) => Float64Array.from(blocks.flatMap((block) => block[name]!)));
  }
  const { widthMs } = question;
  // Its windows are (t - width, t]: one ms earlier they are ours.
  const text = await get('/api/v1/query_range', {
    query: `rollup(${selector}[${widthMs}ms])`,
    start: seconds(from + widthMs - 1),
    end: seconds(to - 1),
    step: `${widthMs}ms`,
  });
  const { result } = (JSON.parse(text) as Result).data;
  const valuesOf = (name: string) => result.find(({ metric }) => metric.rollup === name)?.values ?? [];
  return [
    Float64Array.from(valuesOf('avg'), ([t]) => Math.round(t * 1000) + 1 - widthMs),
    ...['min', 'avg', 'max'].map((name) => Float64Array.from(valuesOf(name), ([, value]) => Number(value))),
  ];
}
