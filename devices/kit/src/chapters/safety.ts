import { fail, judgeEach, notApplicable, notRun, pass, type Check } from '../check.ts';
import type { Said } from '../log.ts';
import { firstHeard } from '../seen.ts';
import { aloneSpan, leaveAlone, unplug } from '../stimuli.ts';

/** Receipts that no device can do anything with. */
const garbage = ['', 'null', '[]', '{', '{"boot":"7","seq":"1"}', '{"boot":1}', 'x'.repeat(10_000)];

/** What a platform that is silent, broken or wrong may do to a room. */
export const safety: readonly Check[] = [
  {
    id: 'safety.receipts',
    level: 'must',
    clause: 'Nothing lost: receipts and the buffer',
    says: 'passes over receipts that cannot be read, and goes on',
    mend: 'Parse receipts where a failure is caught; compare only numbers.',
    async run(bench) {
      const { up } = bench;
      for (const payload of garbage) bench.door.publish('receipt', payload);
      const isWell = bench.about.commands?.get
        ? await bench.ask({ get: bench.askable.slice(0, 1) })
        : await bench.reading(({ body }) => !body.late, bench.periodMs * 2 + 1000);
      if (!isWell) return fail('afterwards nothing comes from it');
      return bench.up?.link === up?.link ? pass : fail('it broke the connection');
    },
  },
  {
    id: 'safety.silent-platform',
    level: 'must',
    clause: 'Requests',
    says: 'keeps its setpoint and goes on reporting while the platform says nothing',
    mend: 'Let no timer of yours depend on requests or receipts: Hearth is never part of the safety chain.',
    span: aloneSpan,
    async run(bench) {
      const { readings } = await leaveAlone(bench);
      const [first] = readings;
      if (!first) return fail('it sent no readings');
      const other = readings.find(({ body }) => body.values?.setpoint !== first.body.values?.setpoint);
      return other ? fail('its setpoint changed by itself', [first.entry, other.entry]) : pass;
    },
  },
  {
    id: 'safety.broker-away',
    level: 'must',
    clause: 'Requests',
    says: 'keeps its setpoint when the connection breaks',
    mend: 'Hold the last setpoint until another one comes, connected or not.',
    kind: 'watched',
    run({ log }) {
      // From the last reading of a connection to the first one after it, where nobody set anything in between.
      const pairs: [Said<'reading'>, Said<'reading'>][] = [];
      const readings = [...firstHeard(log).values()].filter(
        ({ body }) => body.values?.setpoint !== undefined,
      );
      if (readings.length === 0) return notApplicable('it has no setpoint');
      for (const [i, reading] of readings.entries()) {
        const next = readings[i + 1];
        if (!next || next.entry.link === reading.entry.link || next.body.boot !== reading.body.boot) continue;
        const isTouched = log.entries.some(
          ({ at, what, from, packet }) =>
            at >= reading.entry.at &&
            at <= next.entry.at &&
            (what === 'hand' ||
              what === 'power' ||
              (from === 'kit' && packet?.cmd === 'publish' && packet.payload.includes('"set"'))),
        );
        if (!isTouched) pairs.push([reading, next]);
      }
      return judgeEach(
        pairs,
        ([one, two]) =>
          one.body.values?.setpoint === two.body.values?.setpoint
            ? null
            : `it held ${String(one.body.values?.setpoint)} before and ${String(two.body.values?.setpoint)} after a break`,
        ([one, two]) => [one.entry, two.entry],
        'its connection never broke',
      );
    },
  },
  {
    id: 'safety.sensor-fault',
    level: 'should',
    clause: 'Readings',
    says: 'stops heating when its sensor fails',
    mend: 'A heater that does not know the temperature is off, or on a small fixed duty against frost.',
    needs: ['get', 'set', 'hand'],
    async run(bench) {
      if (!bench.about.quantities?.heating) return notApplicable('it does not say whether it heats');
      const unplugged = await unplug(bench);
      if (!unplugged) return notRun('its sensor cannot be unplugged');
      const { readings } = unplugged;
      if (readings.length === 0) return notRun('it sent no readings then');
      return readings.some(({ body }) => body.values?.heating === false)
        ? pass
        : fail(
            'it heats on without a sensor',
            readings.map(({ entry }) => entry),
          );
    },
  },
];
