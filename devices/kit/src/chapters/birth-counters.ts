import { fail, judgeEach, notRun, pass, type Check } from '../check.ts';
import type { Entry } from '../log.ts';

/** How a device counts its lives and its connections, and how it leaves. */
export const birthCounters: readonly Check[] = [
  {
    id: 'birth.conn',
    level: 'must',
    clause: 'Three counters',
    says: 'counts its connections within a boot',
    mend: 'Add one to `conn` before each attempt to connect.',
    kind: 'watched',
    run({ log }) {
      const statuses = log.said('status').filter(({ body }) => body.online && body.conn !== undefined);
      const pairs = statuses.flatMap((said, i) => {
        const before = statuses[i - 1];
        const isNext = before && before.entry.link !== said.entry.link && before.body.boot === said.body.boot;
        return isNext ? [{ before, said }] : [];
      });
      return judgeEach(
        pairs,
        ({ before, said }) =>
          said.body.conn! > before.body.conn!
            ? null
            : `conn was ${before.body.conn} and then ${said.body.conn}`,
        ({ before, said }) => [before.entry, said.entry],
        'it connected once only',
      );
    },
  },
  {
    id: 'birth.boot',
    level: 'must',
    clause: 'Three counters',
    says: 'counts its starts by one, and keeps that count over a power cut',
    mend: 'Write `boot` + 1 to flash before the first connection, whole or not at all.',
    needs: ['power'],
    async run(bench) {
      const { log, up } = bench;
      await bench.powerCut();
      bench.powerOn();
      if (!(await bench.back(up?.link ?? null))) return fail('it did not come back from a power cut');
      const starts = log.entries.filter(({ what, words }) => what === 'power' && words === 'on');
      const statuses = log.said('status').filter(({ body }) => body.boot !== undefined);
      const pairs = starts.flatMap(({ at }) => {
        const before = statuses.findLast(({ entry }) => entry.at < at);
        const after = statuses.find(({ entry }) => entry.at > at);
        return before && after ? [{ before, after }] : [];
      });
      return judgeEach(
        pairs,
        ({ before, after }) =>
          after.body.boot === before.body.boot! + 1
            ? null
            : `boot was ${before.body.boot}, and ${after.body.boot} after a start`,
        ({ before, after }) => [before.entry, after.entry],
        'it was started once only',
      );
    },
  },
  {
    id: 'birth.counter-lost',
    level: 'should',
    clause: 'Three counters',
    says: 'begins a boot after that of a receipt from a later life than its own',
    mend: 'Take `boot` of the receipt + 1, save it, and connect once more with a will that says so.',
    async run(bench) {
      const { up, log, door } = bench;
      if (!up) return notRun('it is not there');
      const boot = up.boot + 3;
      const former = door.receipt;
      door.receipt = { boot, seq: 10 };
      const from = log.now();
      up.link.cut();
      const find = () => log.said('status', from).find(({ body }) => body.online && body.boot === boot + 1);
      const goesOn = () => log.said('reading', from).some(({ body }) => body.boot === up.boot);
      // Two connections, between which it may pause for longer each time.
      const found = await log.until(() => find() ?? (goesOn() && 'goes-on'), 30_000);
      if (found === null || found === 'goes-on') {
        door.receipt = former;
        return fail(`its receipt said boot ${boot}, and it went on with boot ${up.boot}`);
      }
      return (await bench.back(up.link)) ? pass : fail('it did not come back');
    },
  },
  {
    id: 'birth.goodbye',
    level: 'should',
    clause: 'From power-on to the first reading',
    says: 'says offline before it disconnects on purpose',
    mend: 'Publish status with online false before DISCONNECT: the will is only sent when a connection breaks.',
    needs: ['power'],
    async run(bench) {
      const { up, log } = bench;
      const from = log.now();
      log.note({ link: 0, from: 'kit', what: 'power', words: 'asked to stop' });
      await bench.power?.stop();
      await log.until(() => up?.link.closedAt, 2000);
      bench.powerOn();
      await bench.back(up?.link ?? null);
      const isHere = ({ entry }: { entry: Entry }) => entry.link === up?.link.number;
      const left = log.entries.find(
        ({ link, what, at }) => link === up?.link.number && what === 'disconnect' && at > from,
      );
      if (!left) return pass;
      const last = log.said('status', from).findLast(isHere);
      return last?.body.online === false
        ? pass
        : fail('it disconnected, and its status still says online', [left]);
    },
  },
];
