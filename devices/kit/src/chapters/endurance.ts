import { fail, notApplicable, notRun, pass, type Check } from '../check.ts';
import type { Said } from '../log.ts';
import { firstHeard, nameOf, skewMs, timeOf } from '../seen.ts';
import { aloneSpan, leaveAlone } from '../stimuli.ts';

/** What a request and its answer may take on such a network, behind some readings that wait to be sent again. */
const lossyAnswerWithinMs = 6000;

/** What shows only after a while, or on a bad network. */
export const endurance: readonly Check[] = [
  {
    id: 'endurance.slow',
    level: 'should',
    clause: 'Limits',
    says: 'answers and goes on measuring while its acknowledgements are held up',
    mend: 'Do not wait for PUBACK before you go on: queue, and read what comes in meanwhile.',
    needs: ['get'],
    span: { what: 'acknowledgements held up', full: 20_000, quick: 3000, unit: 'ms' },
    async run(bench, spanMs) {
      using _ = bench.door.behave({ ackAfterMs: spanMs });
      const { up, log } = bench;
      const from = log.now();
      const get = bench.askable.slice(0, 1);
      for (const which of ['first', 'second'])
        if (!(await bench.ask({ get })))
          return fail(`no answer within 2 s to the ${which} request while its acknowledgements were held up`);
      await bench.reading(() => true, bench.periodMs * 2 + 500, from);
      const names = log.said('reading', from).map(nameOf);
      if (names.length === 0) return fail('it stopped to report');
      if (new Set(names).size < names.length) return fail('it sent a reading again on the same connection');
      return bench.up?.link === up?.link ? pass : fail('it broke the connection');
    },
  },
  {
    id: 'endurance.loss',
    level: 'should',
    clause: 'Limits',
    says: 'answers, loses nothing and stays connected while one packet in five is lost',
    mend: 'Read what the socket gives into a buffer until a packet of MQTT is whole; wait for it longer than a second.',
    span: { what: 'packets lost', full: 60_000, quick: 3000, unit: 'ms' },
    async run(bench, spanMs) {
      const { up, log, periodMs } = bench;
      const from = log.now();
      {
        using _ = bench.door.behave({ isLossy: true });
        const get = bench.askable.slice(0, 1);
        const canGet = bench.about.commands?.get === true;
        for (let asked = 1; log.now() - from < spanMs; asked++) {
          if (canGet && !(await bench.ask({ get }, {}, lossyAnswerWithinMs)))
            return fail(`no answer within ${lossyAnswerWithinMs / 1000} s to request ${asked}`);
          await bench.pause(Math.min(300, spanMs / 10));
        }
      }
      await bench.reading(({ body }) => !body.late, periodMs * 2 + 1000);
      if (bench.up?.link !== up?.link) return fail('it broke the connection');
      const numbers = log.said('reading', from).map(({ body }) => body.seq ?? 0);
      if (numbers.length === 0) return fail('it stopped to report');
      const isNext = (seq: number, i: number): boolean => i === 0 || seq === numbers[i - 1]! + 1;
      return numbers.every(isNext)
        ? pass
        : fail(`its readings were not each there once: seq ${numbers.slice(0, 20).join(', ')}`);
    },
  },
  {
    id: 'endurance.breaks',
    level: 'should',
    clause: 'Nothing lost: receipts and the buffer',
    says: 'loses and repeats nothing over connections that break again and again',
    mend: 'Take a reading out of the buffer only when a receipt covers it.',
    span: { what: 'breaks', full: 30, quick: 3, unit: 'times' },
    async run(bench, times) {
      const { log } = bench;
      const first = log.said('reading').at(-1);
      for (let i = 0; i < times; i++) {
        if (!(await bench.reconnect())) return fail(`it did not come back after break ${i + 1}`);
      }
      const last = await bench.reading(({ body }) => !body.late, bench.periodMs * 2 + 1000);
      if (!first || !last || first.body.boot !== last.body.boot) return notRun('it restarted meanwhile');
      const heard = firstHeard(log);
      const missing: number[] = [];
      for (let seq = first.body.seq ?? 0; seq < (last.body.seq ?? 0); seq++)
        if (!heard.has(`boot ${first.body.boot} seq ${seq}`)) missing.push(seq);
      return missing.length === 0 ? pass : fail(`missing: seq ${missing.slice(0, 10).join(', ')}`);
    },
  },
  {
    id: 'endurance.soak',
    level: 'should',
    clause: 'Connecting',
    says: 'keeps one connection, and its rhythm, for as long as it is left alone',
    mend: 'Look for what grows, or ends by itself: memory, sockets, timers, a watchdog that nobody feeds.',
    span: aloneSpan,
    async run(bench) {
      const { readings, ms, isConnected } = await leaveAlone(bench);
      if (!isConnected) return fail('it broke the connection by itself');
      const least = Math.floor(ms / bench.periodMs / 1.2);
      return readings.length >= least ? pass : fail(`${readings.length} readings in a time for ${least}`);
    },
  },
  {
    id: 'endurance.clock',
    level: 'should',
    clause: 'Readings',
    says: 'keeps its rhythm and its numbers when its clock jumps by an hour, ahead and back',
    mend: 'Time readings by a counter that never jumps; only `at` follows the clock.',
    kind: 'last',
    needs: ['hand'],
    async run(bench) {
      const { log, periodMs } = bench;
      const hasClock = ({ body }: Said<'reading'>) => body.at !== undefined;
      if (!log.said('reading').some(hasClock)) return notApplicable('it has no clock');
      // One that started a moment ago may not know the time yet.
      const latest = log.said('reading').slice(-1).find(hasClock) ?? (await bench.reading(hasClock, 10_000));
      if (!latest) return notRun('it does not know the time any more');
      const skew = skewMs(log, latest.body);
      for (const [movement, jumpMs] of [
        ['clock-ahead', 3_600_000],
        ['clock-back', 0],
      ] as const) {
        const before = log.said('reading').at(-1);
        const from = log.now();
        if (!(await bench.hand?.move(movement))) return notRun('its clock cannot be set');
        const isMoved = (said: Said<'reading'>) =>
          Math.abs((timeOf(said.body) ?? 0) - said.heardAt + skew - jumpMs) < 5000;
        const moved = await bench.reading(isMoved, periodMs * 2.5 + 500, from);
        if (!moved) return fail(`after ${movement} no reading had the new time`);
        // A rhythm that follows the clock makes up for an hour at once, or waits for one.
        await bench.pause(periodMs / 5);
        const evidence = log.said('reading', from).map(({ entry }) => entry);
        const times = log.said('reading', moved.entry.at).map(({ body }) => timeOf(body) ?? 0);
        const hurried = times.slice(1).filter((time, i) => time - times[i]! < periodMs / 4);
        if (hurried.length > 1) return fail(`after ${movement} it reported faster than its rhythm`, evidence);
        const isCounted = log
          .said('reading', from)
          .every(({ body }, i) => body.seq === (before?.body.seq ?? 0) + 1 + i);
        if (!isCounted) return fail(`after ${movement} its numbers jumped`, evidence);
      }
      return pass;
    },
  },
];
