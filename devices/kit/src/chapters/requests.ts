import { quantityNames } from '@hearth/contract';
import { fail, judgeEach, notApplicable, notRun, pass, type Check } from '../check.ts';
import { skewMs, timeOf } from '../seen.ts';

/** Asking for values. */
export const requests: readonly Check[] = [
  {
    id: 'requests.answered',
    level: 'must',
    clause: 'Requests',
    says: 'answers a request for all of its values within 2 s, with these and no others',
    mend: 'Publish a response with the id of the request, and a value for each quantity that it names.',
    needs: ['get'],
    async run(bench) {
      const names = bench.askable;
      const answer = await bench.ask({ get: names });
      if (!answer) return fail('no answer within 2 s');
      const { values, error } = answer.body;
      if (!values) return fail(`it refused: ${error?.code ?? 'without a code'}`);
      const [got, wanted] = [Object.keys(values).sort().join(', '), [...names].sort().join(', ')];
      return got === wanted ? pass : fail(`asked for ${wanted}, got ${got || 'nothing'}`);
    },
  },
  {
    id: 'requests.fresh',
    level: 'should',
    clause: 'Requests',
    says: 'measures anew when it is asked',
    mend: 'Read the sensor when the request comes; `at` is the instant of that measurement.',
    needs: ['get'],
    async run(bench) {
      // Between two readings, so that the last one's values are told from new ones.
      const last = bench.log.said('reading').at(-1);
      const sinceMs = bench.log.now() - (last?.entry.at ?? 0);
      await bench.pause(Math.max(0, Math.min(bench.periodMs / 2, 3000) - sinceMs));
      const answer = await bench.ask({ get: bench.askable });
      const at = answer && timeOf(answer.body);
      if (!answer || at === null) return notRun('it did not answer with values and their time');
      const like = { ...answer.body, ...(bench.up && { boot: bench.up.boot }) };
      const agedMs = answer.sentAtUnix - at - skewMs(bench.log, like);
      const toleranceMs = Math.min(200, bench.periodMs / 4);
      return agedMs <= toleranceMs
        ? pass
        : fail(`its values were ${Math.round(agedMs)} ms old when it was asked`);
    },
  },
  {
    id: 'requests.legs',
    level: 'info',
    clause: 'Requests',
    says: 'tells how long it took from request to response',
    mend: 'Add `tookMs` to responses: the page then shows where the time went.',
    kind: 'watched',
    needs: ['get'],
    run: ({ log }) =>
      judgeEach(
        log.said('response').filter(({ body }) => body.values),
        ({ body }) => (typeof body.tookMs === 'number' ? null : 'a response without tookMs'),
        ({ entry }) => [entry],
        'it answered nothing',
      ),
  },
  {
    id: 'requests.unknown',
    level: 'must',
    clause: 'Requests',
    says: 'refuses a quantity that it does not have as unknown-quantity',
    mend: 'Compare what `get` names with your manifest before you measure.',
    needs: ['get'],
    async run(bench) {
      const missing = quantityNames.find((name) => !bench.about.quantities?.[name]);
      if (!missing) return notApplicable('it has every quantity of the contract');
      const answer = await bench.ask({ get: [missing] });
      if (!answer) return fail(`no answer to a request for ${missing}`);
      const code = answer.body.error?.code;
      return code === 'unknown-quantity' ? pass : fail(`${missing} got ${code ?? 'values'}`);
    },
  },
  {
    id: 'requests.repeated',
    level: 'must',
    clause: 'Requests',
    says: 'gives the same answer again to an id that it has answered, also after 31 others',
    mend: 'Remember the last 32 ids with their answers, and look there first.',
    needs: ['get'],
    async run(bench) {
      const get = bench.askable;
      const first = await bench.ask({ get });
      if (!first) return notRun('it did not answer');
      const id = String(first.body.id);
      const others = await Promise.all(Array.from({ length: 31 }, () => bench.ask({ get })));
      if (others.some((other) => !other)) return notRun('it did not answer all of 31 requests');
      const again = await bench.ask({ get }, { id });
      if (!again) return fail('no answer to the same id');
      const [one, two] = [first, again].map(({ body }) => JSON.stringify({ ...body, tookMs: 0 }));
      const evidence = [first, again].map(({ said }) => said.entry);
      return one === two ? pass : fail('the same id got another answer', evidence);
    },
  },
  {
    id: 'requests.two-askers',
    level: 'must',
    clause: 'Requests',
    says: 'answers two requests that come at once, each under its own id',
    mend: 'Take the id of the response from its request, not from the newest one.',
    needs: ['get'],
    async run(bench) {
      const get = bench.askable;
      const from = bench.log.now();
      const answers = await Promise.all([bench.ask({ get }), bench.ask({ get })]);
      const count = answers.filter((answer) => answer !== null).length;
      if (count < 2) return fail(`of two requests ${count} had an answer under its id`);
      const total = bench.log.said('response', from).length;
      return total === 2 ? pass : fail(`two requests had ${total} answers`);
    },
  },
  {
    id: 'requests.burst',
    level: 'must',
    clause: 'Requests',
    says: 'answers 100 requests in a row, some with busy where need be, and keeps its connection',
    mend: 'Take one request after the other; refuse as `busy` what you have no room for.',
    needs: ['get'],
    span: { what: '100 requests', full: 10_000, quick: 500, unit: 'ms' },
    async run(bench, spanMs) {
      const { up } = bench;
      const waiting = [];
      for (let i = 0; i < 100; i++) {
        waiting.push(bench.ask({ get: bench.askable }));
        await bench.pause(spanMs / 100);
      }
      const answers = await Promise.all(waiting);
      const missing = answers.filter((answer) => answer === null).length;
      if (missing > 0) return fail(`${missing} of 100 had no answer within 2 s`);
      return bench.up?.link === up?.link ? pass : fail('it broke the connection');
    },
  },
  {
    id: 'requests.responses',
    level: 'must',
    clause: 'Requests',
    says: 'sends responses that obey the contract, and only to what was asked',
    mend: 'Compare your response with the payload files; never answer without a request.',
    kind: 'watched',
    needs: ['get'],
    run({ log }) {
      const ids = new Set(
        log.entries.flatMap(({ from, packet }) =>
          from === 'kit' && packet?.cmd === 'publish'
            ? [/"id":"([^"]*)"/.exec(packet.payload.toString())?.[1]]
            : [],
        ),
      );
      return judgeEach(
        log.said('response'),
        ({ parsed, body }) => {
          if (!parsed.ok) {
            const { path, expected, got } = parsed.rejection;
            return `${path || 'a response'}: expected ${expected}, got ${got}`;
          }
          return ids.has(body.id) ? null : `nobody asked under the id ${body.id}`;
        },
        ({ entry }) => [entry],
        'it answered nothing',
      );
    },
  },
];
