import type { Value } from '@hearth/contract';
import type { Bench } from './bench.ts';
import type { Said } from './log.ts';

/** Runs something once for each bench: two checks may look at the same trial. */
function oncePerBench<T>(run: (bench: Bench) => Promise<T>): (bench: Bench) => Promise<T> {
  const done = new WeakMap<Bench, Promise<T>>();
  return (bench) => {
    const before = done.get(bench);
    if (before) return before;
    const now = run(bench);
    done.set(bench, now);
    return now;
  };
}

/** What was reported while nobody said anything. */
export interface LeftAlone {
  readings: Said<'reading'>[];
  ms: number;
  /** The connection is the one that it was. */
  isConnected: boolean;
}

/** How long a device is left alone. ms */
export const aloneSpan = { what: 'a silent platform', full: 1_800_000, quick: 1500, unit: 'ms' } as const;

/** Neither asks nor gives receipts, at least for one and a half periods. */
export const leaveAlone = oncePerBench(async (bench: Bench): Promise<LeftAlone> => {
  using _ = bench.door.behave({ givesReceipts: false });
  const { log, up, periodMs, isQuick } = bench;
  const from = log.now();
  await bench.pause(Math.max(isQuick ? aloneSpan.quick : aloneSpan.full, periodMs * 1.5));
  const isConnected = bench.up?.link === up?.link;
  return { readings: log.said('reading', from), ms: log.now() - from, isConnected };
});

/** What was reported while the temperature sensor was unplugged. */
export interface Unplugged {
  readings: Said<'reading'>[];
  /** The temperature that it told when it was asked; undefined where it did not answer. */
  asked: Value | undefined;
  /** It reports a temperature again. */
  isBack: boolean;
}

/** How long a fault may take to be seen and reported. ms */
const faultWithinMs = ({ periodMs }: Bench): number => Math.max(3000, periodMs * 2);

/** With the highest setpoint, so that it would heat; null where nobody can do it. */
export const unplug = oncePerBench(async (bench: Bench): Promise<Unplugged | null> => {
  const { log } = bench;
  const { set } = bench.about.commands ?? {};
  if (set?.mode?.includes('heat')) await bench.set({ mode: 'heat' });
  if (set?.setpoint) await bench.set({ setpoint: set.setpoint.max });
  if (bench.about.quantities?.heating)
    await bench.reading(({ body }) => body.values?.heating === true, 35_000);
  const from = log.now();
  if (!(await bench.hand?.move('sensor-out'))) return null;
  const isFault = ({ body }: Said<'reading'>) => body.values?.temperature === null;
  await bench.reading(isFault, faultWithinMs(bench), from);
  const askTemperature = async () =>
    bench.about.commands?.get
      ? (await bench.ask({ get: ['temperature'] }))?.body.values?.temperature
      : undefined;
  const asked = await askTemperature();
  const readings = log.said('reading', from);
  await bench.hand?.move('sensor-in');
  // Asked, it may say so before its next reading.
  const isBack =
    typeof (await askTemperature()) === 'number' ||
    (await bench.reading(
      ({ body }) => typeof body.values?.temperature === 'number',
      faultWithinMs(bench),
    )) !== null;
  return { readings, asked, isBack };
});
