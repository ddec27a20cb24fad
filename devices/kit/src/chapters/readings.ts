import type { QuantityName } from '@hearth/contract';
import type { Bench } from '../bench.ts';
import { fail, judgeEach, notRun, pass, type Check } from '../check.ts';
import type { Said } from '../log.ts';
import { firstHeard, nameOf, quantile, skewMs, timeOf } from '../seen.ts';
import { unplug } from '../stimuli.ts';

const entriesOf = (all: readonly Said[]) => all.map(({ entry }) => entry);

/** The first readings heard of each name, in pairs that follow each other within one boot and by one clock. */
function neighbours({ log }: Bench): [Said<'reading'>, Said<'reading'>][] {
  const readings = [...firstHeard(log).values()];
  return readings.flatMap((one, i) => {
    const next = readings[i + 1];
    if (!next || one.body.boot !== next.body.boot || next.body.seq !== (one.body.seq ?? 0) + 1) return [];
    const isOneClock = (one.body.at === undefined) === (next.body.at === undefined);
    return isOneClock ? [[one, next] as [Said<'reading'>, Said<'reading'>]] : [];
  });
}

/** What a DS18B20 and others send in place of a temperature that they do not have. */
const madeUp = new Set([0, -127, 85, 127.94, 327.67, -273.15]);
/** How far a clock may be off. */
const clockToleranceMs = 5000;

/** What was measured, and when. */
export const readings: readonly Check[] = [
  {
    id: 'readings.schema',
    level: 'must',
    clause: 'Readings',
    says: 'sends readings that obey the contract',
    mend: 'Compare your reading with the payload files, and send numbers as numbers.',
    kind: 'watched',
    run: ({ log }) =>
      judgeEach(
        log.said('reading'),
        ({ parsed }) =>
          parsed.ok
            ? null
            : `${parsed.rejection.path || 'a reading'}: expected ${parsed.rejection.expected}, got ${parsed.rejection.got}`,
        ({ entry }) => [entry],
        'it sent no readings',
      ),
  },
  {
    id: 'readings.declared',
    level: 'must',
    clause: 'What is refused, and where it is explained',
    says: 'reports only what its manifest names, within the range that it names',
    mend: 'Name every quantity in `about`, with a range that holds all that you send.',
    kind: 'watched',
    run({ log, about }) {
      const { quantities = {} } = about;
      return judgeEach(
        log.said('reading'),
        ({ body }) => {
          for (const [name, value] of Object.entries(body.values ?? {})) {
            const manifest = quantities[name as QuantityName];
            if (!manifest) return `${name} is not in the manifest`;
            const { min = -Infinity, max = Infinity } = manifest;
            if (typeof value === 'number' && (value < min || value > max))
              return `${name} is ${value}, and the manifest says ${min} to ${max}`;
          }
          return null;
        },
        ({ entry }) => [entry],
        'it sent no readings',
      );
    },
  },
  {
    id: 'readings.sequence',
    level: 'must',
    clause: 'Three counters',
    says: 'counts its readings by one, from 1 in each boot, and gives no two the same number',
    mend: 'Add one to `seq` for each reading that is made, not for each that is sent.',
    kind: 'watched',
    run({ log }) {
      const all = log.said('reading');
      const contents = new Map<string, string>();
      const highest = new Map<number | undefined, Said<'reading'>>();
      const seen = all.map((said) => {
        const { late: _, ...fields } = said.body;
        const content = JSON.stringify(fields);
        const former = contents.get(nameOf(said)) ?? content;
        const before = highest.get(said.body.boot);
        contents.set(nameOf(said), content);
        if ((said.body.seq ?? 0) > (before?.body.seq ?? 0)) highest.set(said.body.boot, said);
        return { said, before, isOther: former !== content };
      });
      const lowest = (boot: number | undefined) =>
        Math.min(...all.filter(({ body }) => body.boot === boot).map(({ body }) => body.seq ?? Infinity));
      return judgeEach(
        seen,
        ({ said, before, isOther }) => {
          if (isOther) return `two readings are ${nameOf(said)}`;
          // Without a buffer the first ones of a boot are lost before the connection stands.
          if (!before) return lowest(said.body.boot) <= 3 ? null : `${nameOf(said)} is the first of its boot`;
          // What is lost between two connections is the buffer's business.
          if (before.entry.link !== said.entry.link) return null;
          const next = (before.body.seq ?? 0) + 1;
          return (said.body.seq ?? 0) <= next ? null : `${nameOf(said)} came where ${next} was next`;
        },
        ({ said, before }) => (before ? [before.entry, said.entry] : [said.entry]),
        'it sent no readings',
      );
    },
  },
  {
    id: 'readings.instants',
    level: 'must',
    clause: 'Readings',
    says: 'says when each reading was measured: each at its own instant, by a right clock or by a steady counter',
    mend: 'Take `at` from a clock that was set, in ms, at the measurement; without one send `uptime`.',
    kind: 'watched',
    run(bench) {
      const pairs = neighbours(bench);
      return judgeEach(
        pairs,
        ([one, two]) => {
          const [before, after] = [timeOf(one.body), timeOf(two.body)];
          if (before === null || after === null) return null;
          if (after <= before) return `${nameOf(two)} is ${before - after} ms before ${nameOf(one)}`;
          const isClock = two.body.at !== undefined;
          const offMs = two.heardAt - after - (isClock ? 0 : skewMs(bench.log, two.body));
          if (!two.body.late && Math.abs(offMs) > clockToleranceMs)
            return `${nameOf(two)} was heard ${Math.round(offMs)} ms after its time`;
          return null;
        },
        entriesOf,
        'it sent fewer than two readings',
      );
    },
  },
  {
    id: 'readings.period',
    level: 'must',
    clause: 'From power-on to the first reading',
    says: 'measures at least as often as its manifest says, within 10 %',
    mend: 'Let `periodMs` be the longest time between two readings, and time the next one from the last, not from its sending.',
    kind: 'watched',
    run(bench) {
      const pairs = neighbours(bench);
      if (pairs.length < 5) return notRun('it sent too few readings');
      const gaps = pairs.map(([one, two]) => (timeOf(two.body) ?? 0) - (timeOf(one.body) ?? 0));
      const usual = quantile(gaps, 0.9);
      return usual <= bench.periodMs * 1.1
        ? pass
        : fail(
            `one in ten of its pauses is ${Math.round(usual)} ms and more, and its manifest says ${bench.periodMs}`,
            entriesOf(pairs.filter((_, i) => gaps[i]! > bench.periodMs * 1.1).flat()),
          );
    },
  },
  {
    id: 'readings.unplugged',
    level: 'must',
    clause: 'Readings',
    says: 'reports a sensor that failed as null with a reason, never as a number',
    mend: 'Check what the sensor’s library returns for a fault: 0, −127 and 85 are no temperatures.',
    needs: ['temperature', 'hand'],
    async run(bench) {
      const unplugged = await unplug(bench);
      if (!unplugged) return notRun('its sensor cannot be unplugged');
      // Of the first ones some were under way.
      const after = unplugged.readings.slice(-1);
      if (after.length === 0) return notRun('it sent no readings then');
      const numbers = after.filter(({ body }) => typeof body.values?.temperature === 'number');
      const [first] = numbers;
      if (first) {
        const value = first.body.values?.temperature as number;
        const what = madeUp.has(value) ? `the made-up value ${value}` : `${value}`;
        return fail(`with its sensor unplugged it reported ${what}`, entriesOf(numbers));
      }
      const silent = after.find(({ body }) => !body.faults?.temperature);
      if (silent) return fail('its null has no reason in faults', [silent.entry]);
      if (typeof unplugged.asked === 'number')
        return fail(`with its sensor unplugged it answered ${unplugged.asked}`);
      return unplugged.isBack ? pass : fail('the sensor is plugged in again, and it still reports null');
    },
  },
];
