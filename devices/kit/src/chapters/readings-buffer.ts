import { fail, judgeEach, notRun, pass, type Check } from '../check.ts';
import type { Said } from '../log.ts';
import { nameOf, timeOf } from '../seen.ts';

const entriesOf = (all: readonly Said[]) => all.map(({ entry }) => entry);

/** What is kept until a receipt covers it. */
export const readingsBuffer: readonly Check[] = [
  {
    id: 'readings.order',
    level: 'must',
    clause: 'Nothing lost: receipts and the buffer',
    says: 'sends its readings in the order of boot and seq on each connection',
    mend: 'Send the buffer first, oldest first; fresh readings wait behind it.',
    kind: 'watched',
    run({ log }) {
      const all = log.said('reading');
      const highest = new Map<number, Said<'reading'>>();
      const steps = all.flatMap((said) => {
        const before = highest.get(said.entry.link);
        const isOlder =
          before !== undefined &&
          ((said.body.boot ?? 0) < (before.body.boot ?? 0) ||
            (said.body.boot === before.body.boot && (said.body.seq ?? 0) < (before.body.seq ?? 0)));
        if (!isOlder) highest.set(said.entry.link, said);
        // One that was heard before may come again: without a receipt it is sent anew.
        const isRepeat = all.some(
          (other) => other.entry.at < said.entry.at && nameOf(other) === nameOf(said),
        );
        return before ? [{ before, said, isOlder: isOlder && !isRepeat }] : [];
      });
      return judgeEach(
        steps,
        ({ before, said, isOlder }) => (isOlder ? `${nameOf(said)} came after ${nameOf(before)}` : null),
        ({ before, said }) => entriesOf([before, said]),
        'it sent fewer than two readings on a connection',
      );
    },
  },
  {
    id: 'readings.late',
    level: 'must',
    clause: 'Nothing lost: receipts and the buffer',
    says: 'marks what comes from its buffer, or comes again, as late, and nothing else',
    mend: 'Add `"late":true` to each reading that is sent again or was made before this connection.',
    kind: 'watched',
    run({ log }) {
      const all = log.said('reading');
      const heard = new Set<string>();
      const isLive = new Set<number>();
      const judged = all.map((said) => {
        const name = nameOf(said);
        const isAgain = heard.has(name);
        heard.add(name);
        // Once a fresh one came on a connection, all new ones are fresh.
        const isFresh = !isAgain && isLive.has(said.entry.link);
        if (!said.body.late && !isAgain) isLive.add(said.entry.link);
        return { said, isAgain, isFresh };
      });
      return judgeEach(
        judged,
        ({ said, isAgain, isFresh }) => {
          if (isAgain && !said.body.late) return `${nameOf(said)} came again without late`;
          return isFresh && said.body.late ? `${nameOf(said)} was fresh, and marked as late` : null;
        },
        ({ said }) => [said.entry],
        'it sent no readings',
      );
    },
  },
  {
    id: 'readings.receipt',
    level: 'should',
    clause: 'Nothing lost: receipts and the buffer',
    says: 'sends nothing again that its retained receipt covers',
    mend: 'After the SUBACK wait for the receipt before you send the buffer, and drop what it covers.',
    kind: 'watched',
    run({ log }) {
      const receipts = log.entries.flatMap(({ link, packet }) =>
        packet?.cmd === 'publish' && packet.retain && packet.topic.endsWith('/receipt')
          ? [{ link, ...(JSON.parse(packet.payload.toString()) as { boot: number; seq: number }) }]
          : [],
      );
      const byLink = new Map(receipts.map((receipt) => [receipt.link, receipt]));
      return judgeEach(
        log.said('reading').filter(({ entry }) => byLink.has(entry.link)),
        (said) => {
          const { boot, seq } = byLink.get(said.entry.link)!;
          return said.body.boot === boot && (said.body.seq ?? 0) <= seq
            ? `${nameOf(said)} came again, and its receipt was there`
            : null;
        },
        ({ entry }) => [entry],
        'it came back to no receipt',
      );
    },
  },
  {
    id: 'readings.unconfirmed',
    level: 'should',
    clause: 'Nothing lost: receipts and the buffer',
    says: 'sends readings again after a break that were acknowledged by the broker but have no receipt',
    mend: 'Keep each reading until a receipt covers it: PUBACK says only that the broker has it.',
    async run(bench) {
      const { log } = bench;
      let sent: Said<'reading'>[] = [];
      {
        using _ = bench.door.behave({ givesReceipts: false });
        const from = log.now();
        await bench.reading(() => true, bench.periodMs * 2 + 500, from);
        sent = log.said('reading', from);
        if (!(await bench.reconnect())) return notRun('it did not come back');
      }
      const { up } = bench;
      const isAgain = (one: Said<'reading'>) =>
        log.said('reading', up?.link.openedAt).some((other) => nameOf(other) === nameOf(one));
      await log.until(() => sent.every(isAgain), 1500);
      const lost = sent.filter((one) => !isAgain(one));
      return lost.length === 0
        ? pass
        : fail(`${lost.map(nameOf).join(', ')} did not come again`, entriesOf(lost));
    },
  },
  {
    id: 'readings.outage',
    level: 'should',
    clause: 'Nothing lost: receipts and the buffer',
    says: 'measures on while there is no broker, and hands all of it in afterwards, once and in order',
    mend: 'Give each reading its number when it is made, connected or not, and keep it in a buffer.',
    span: { what: 'an outage', full: 600_000, quick: 1500, unit: 'ms' },
    async run(bench, spanMs) {
      const { log, up } = bench;
      const last = log.said('reading').at(-1);
      {
        using _ = bench.door.behave({ isGone: true });
        up?.link.cut();
        await bench.pause(Math.max(spanMs, bench.periodMs * 1.5));
      }
      const back = await bench.back(up?.link ?? null);
      if (!back || !last) return fail('it did not come back');
      const fresh = await bench.reading(
        ({ body }) => !body.late && (body.boot !== last.body.boot || (body.seq ?? 0) > (last.body.seq ?? 0)),
        bench.periodMs * 2 + 1000,
        back.link.openedAt,
      );
      if (!fresh) return fail('afterwards it sent no fresh readings');
      if (fresh.body.boot !== last.body.boot) return fail('it restarted');
      const names = new Set(log.said('reading', back.link.openedAt).map(nameOf));
      const missing: string[] = [];
      for (let seq = (last.body.seq ?? 0) + 1; seq < (fresh.body.seq ?? 0); seq++)
        if (!names.has(`boot ${last.body.boot} seq ${seq}`)) missing.push(String(seq));
      if (missing.length > 0) return fail(`missing: seq ${missing.slice(0, 10).join(', ')}`);
      const made = (fresh.body.seq ?? 0) - (last.body.seq ?? 0);
      // Its clock may have been set meanwhile.
      const isOneClock = (fresh.body.at === undefined) === (last.body.at === undefined);
      const byItself = (timeOf(fresh.body) ?? 0) - (timeOf(last.body) ?? 0);
      const passedMs = isOneClock ? byItself : fresh.heardAt - last.heardAt;
      const expected = Math.floor(passedMs / bench.periodMs / 1.1);
      return made >= expected / 2 ? pass : fail(`it made ${made} readings in a time for ${expected}`);
    },
  },
];
