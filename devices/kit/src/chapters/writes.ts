import type { Answer, Bench } from '../bench.ts';
import { fail, notApplicable, notRun, pass, type Check, type Finding } from '../check.ts';

interface Limits {
  min: number;
  max: number;
  step: number;
}

const limitsOf = ({ about }: Bench): Limits =>
  about.commands?.set?.setpoint ?? { min: 5, max: 30, step: 0.5 };
const toStep = (value: number): number => Math.round(value * 1000) / 1000;
const isSame = (a: unknown, b: number): boolean => typeof a === 'number' && Math.abs(a - b) < 1e-6;

/** A setpoint in the middle of the limits, `steps` away; another one than what is there now. */
function middle({ min, max, step }: Limits, steps: number): number {
  return toStep(min + step * (Math.floor((max - min) / 2 / step) + steps));
}

const setpointNow = ({ log }: Bench): number | undefined => {
  const value = log.said('reading').at(-1)?.body.values?.setpoint;
  return typeof value === 'number' ? value : undefined;
};

/** The setpoint that the device says it has, when it is asked. */
async function askSetpoint(bench: Bench): Promise<unknown> {
  const answer = await bench.ask({ get: ['setpoint'] });
  return answer?.body.values?.setpoint;
}

/** Sets a setpoint and waits for the answer and the reading that show it. */
async function confirm(bench: Bench, setpoint: number, withinMs = 2000): Promise<Finding> {
  const answer = await bench.set({ setpoint });
  if (!answer) return fail(`no answer to a setpoint of ${setpoint}`);
  const { values, error } = answer.body;
  if (!values) return fail(`a setpoint of ${setpoint} was refused: ${error?.code ?? 'without a code'}`);
  if (!isSame(values.setpoint, setpoint))
    return fail(`a setpoint of ${setpoint} was answered with ${String(values.setpoint)}`);
  const isShown = await bench.reading(
    ({ body }) => isSame(body.values?.setpoint, setpoint),
    withinMs,
    answer.sentAt,
  );
  return isShown ? pass : fail(`no reading showed ${setpoint} within ${withinMs} ms`);
}

/** What was refused, and has changed nothing. */
async function refused(
  bench: Bench,
  what: string,
  answer: Answer | null,
  before: unknown,
  isRight: (code: string | undefined) => boolean,
): Promise<Finding> {
  if (answer?.body.values) return fail(`${what} was taken`);
  if (answer && !isRight(answer.body.error?.code))
    return fail(`${what} was refused as ${answer.body.error?.code}`);
  const now = await askSetpoint(bench);
  return now === before
    ? pass
    : fail(`${what} changed the setpoint from ${String(before)} to ${String(now)}`);
}

/** The first that did not pass. */
async function each<T>(all: readonly T[], tryOne: (one: T) => Promise<Finding>): Promise<Finding> {
  for (const one of all) {
    const finding = await tryOne(one);
    if (finding.verdict !== 'pass') return finding;
  }
  return pass;
}

/** What a setpoint cannot be, as JSON or as what is none. */
const noNumbers = ['NaN', '1e999', '"21"', 'null', 'true', '[21]', '{}'];

/** Setting values. */
export const writes: readonly Check[] = [
  {
    id: 'writes.modes',
    level: 'must',
    clause: 'Requests',
    says: 'takes each mode that it names, and shows it in a reading',
    mend: 'Set the mode, answer with it, and publish a reading at once; name only modes that you have.',
    needs: ['get', 'set'],
    async run(bench) {
      const modes = bench.about.commands?.set?.mode;
      if (!modes) return notApplicable('its mode cannot be set');
      // Heating at the end, for the checks after this one.
      const inOrder = [...modes].sort((a, b) => Number(a === 'heat') - Number(b === 'heat'));
      return each(inOrder, async (mode) => {
        const answer = await bench.set({ mode });
        if (answer?.body.values?.mode !== mode) return fail(`the mode ${mode} was not answered with ${mode}`);
        const shown = await bench.reading(({ body }) => body.values?.mode === mode, 2000, answer.sentAt);
        return shown ? pass : fail(`no reading showed the mode ${mode} within 2 s`);
      });
    },
  },
  {
    id: 'writes.off',
    level: 'should',
    clause: 'Requests',
    says: 'stops heating when its mode is set to off',
    mend: 'In mode off heat only for frost; what must run on for the heater’s sake ends within half a minute.',
    needs: ['get', 'set'],
    async run(bench) {
      const { set } = bench.about.commands ?? {};
      if (!set?.mode?.includes('off') || !set.mode.includes('heat'))
        return notApplicable('it has no mode off');
      if (!bench.about.quantities?.heating) return notApplicable('it does not say whether it heats');
      await bench.set({ mode: 'heat' });
      if (set.setpoint) await bench.set({ setpoint: set.setpoint.max });
      const answer = await bench.set({ mode: 'off' });
      if (answer?.body.values?.mode !== 'off') return notRun('it did not take the mode off');
      const isCold = await bench.reading(
        ({ body }) => body.values?.heating === false,
        35_000,
        answer?.sentAt,
      );
      await bench.set({ mode: 'heat' });
      return isCold ? pass : fail('it still heats 35 s after its mode was set to off');
    },
  },
  {
    id: 'writes.confirmed',
    level: 'must',
    clause: 'Requests',
    says: 'takes a setpoint, answers with it, and publishes a reading that shows it at once',
    mend: 'After the response publish a reading out of turn: a setpoint counts when a reading reports it.',
    needs: ['get', 'set'],
    async run(bench) {
      const limits = limitsOf(bench);
      // Right after a reading of its rhythm, so that the next one of that cannot be taken for the confirmation.
      await bench.reading(() => true, bench.periodMs * 2);
      const withinMs = Math.min(2000, bench.periodMs / 2);
      const wanted = isSame(setpointNow(bench), middle(limits, 0)) ? middle(limits, 1) : middle(limits, 0);
      return confirm(bench, wanted, withinMs);
    },
  },
  {
    id: 'writes.limits',
    level: 'must',
    clause: 'Requests',
    says: 'takes the lowest and the highest setpoint that it names',
    mend: 'Compare with `<` and `>`: the limits of the manifest are allowed values.',
    needs: ['get', 'set'],
    async run(bench) {
      const { min, max } = limitsOf(bench);
      return each([min, max], (setpoint) => confirm(bench, setpoint));
    },
  },
  {
    id: 'writes.beyond',
    level: 'must',
    clause: 'Requests',
    says: 'refuses a setpoint beyond its limits as out-of-range, and keeps the one it has',
    mend: 'Compare with your own limits before you act, however unlikely the value: gateways were seen to send 99.',
    needs: ['get', 'set'],
    async run(bench) {
      const { min, max, step } = limitsOf(bench);
      const before = await askSetpoint(bench);
      const isRight = (code: string | undefined) => code === 'out-of-range' || code === 'malformed';
      return each([toStep(min - step), toStep(max + step), 99, -1], async (setpoint) =>
        refused(bench, `a setpoint of ${setpoint}`, await bench.set({ setpoint }), before, isRight),
      );
    },
  },
  {
    id: 'writes.not-a-number',
    level: 'must',
    clause: 'Requests',
    says: 'does not take a setpoint that is no number',
    mend: 'Check the type, and that the number is finite, before you compare it with the limits.',
    needs: ['get', 'set'],
    async run(bench) {
      const before = await askSetpoint(bench);
      const conn = bench.up?.conn;
      const from = bench.log.now();
      const ids = noNumbers.map((value) => {
        const id = bench.nextId();
        bench.door.publish('request', `{"id":"${id}","conn":${conn},"set":{"setpoint":${value}}}`);
        return id;
      });
      // What it makes of them is there before its answer to this.
      const finding = await refused(bench, 'a setpoint that is no number', null, before, () => true);
      const taken = bench.log
        .said('response', from)
        .filter(({ body }) => ids.includes(String(body.id)) && body.values);
      if (taken.length > 0)
        return fail(
          `a setpoint of ${noNumbers[ids.indexOf(String(taken[0]?.body.id))]} was taken`,
          taken.map(({ entry }) => entry),
        );
      return finding;
    },
  },
  {
    id: 'writes.steps',
    level: 'should',
    clause: 'Requests',
    says: 'refuses a setpoint between two steps, or rounds it and reports what it took',
    mend: 'Round to your step first; answer, and report in the reading, what you really hold.',
    needs: ['get', 'set'],
    async run(bench) {
      const limits = limitsOf(bench);
      const between = middle(limits, 2) + limits.step * 0.4;
      const answer = await bench.set({ setpoint: between });
      if (!answer) return fail(`no answer to a setpoint of ${between}`);
      if (answer.body.error) return pass;
      const took = answer.body.values?.setpoint;
      const steps = typeof took === 'number' ? (took - limits.min) / limits.step : Number.NaN;
      if (!(Math.abs(steps - Math.round(steps)) < 1e-3))
        return fail(`a setpoint of ${between} was answered with ${String(took)}, which is no step`);
      const isShown = await bench.reading(({ body }) => body.values?.setpoint === took, 2000, answer.sentAt);
      return isShown ? pass : fail(`it answered ${String(took)}, and no reading showed that`);
    },
  },
  {
    id: 'writes.whole',
    level: 'must',
    clause: 'Requests',
    says: 'sets none of a request of which it cannot set all',
    mend: 'Check every value of `set` before you act on the first.',
    needs: ['get', 'set'],
    async run(bench) {
      const before = await askSetpoint(bench);
      const limits = limitsOf(bench);
      const setpoint = isSame(before, middle(limits, 0)) ? middle(limits, 1) : middle(limits, 0);
      const modes = bench.about.commands?.set?.mode ?? [];
      const mode = (['auto', 'heat', 'off'] as const).find((one) => !modes.includes(one)) ?? 'turbo';
      const answer = await bench.ask({ set: { setpoint, mode: mode as 'auto' } });
      return refused(bench, `a setpoint with the mode ${mode}`, answer, before, (code) => code !== undefined);
    },
  },
  {
    id: 'writes.once',
    level: 'must',
    clause: 'Requests',
    says: 'acts once on a command that comes twice',
    mend: 'Answer an id that you remember from memory, without acting.',
    needs: ['get', 'set'],
    async run(bench) {
      const limits = limitsOf(bench);
      const [first, second] = [middle(limits, 3), middle(limits, 4)];
      const one = await bench.set({ setpoint: first });
      await bench.set({ setpoint: second });
      if (!one) return notRun('it did not answer');
      const again = await bench.ask({ set: { setpoint: first } }, { id: String(one.body.id) });
      const now = await askSetpoint(bench);
      if (!isSame(now, second)) return fail(`a repeated command set ${String(now)} again`);
      return again ? pass : fail('a repeated command had no answer');
    },
  },
  {
    id: 'writes.knob',
    level: 'should',
    clause: 'Requests',
    says: 'reports a setpoint that was changed at the device itself within 2 s',
    mend: 'Publish a reading out of turn when somebody turns the knob.',
    needs: ['set', 'hand'],
    async run(bench) {
      await bench.reading(() => true, bench.periodMs * 2);
      const before = setpointNow(bench);
      const from = bench.log.now();
      if (!(await bench.hand?.move('knob'))) return notRun('it cannot be turned by hand');
      const withinMs = Math.min(2000, bench.periodMs / 2);
      const isShown = await bench.reading(
        ({ body }) => body.values?.setpoint !== undefined && body.values.setpoint !== before,
        withinMs,
        from,
      );
      return isShown ? pass : fail(`no reading showed another setpoint within ${withinMs} ms`);
    },
  },
  {
    id: 'writes.reboot',
    level: 'must',
    clause: 'Requests',
    says: 'has its setpoint again after a power cut',
    mend: 'Write the setpoint to flash before you answer.',
    needs: ['get', 'set', 'power'],
    async run(bench) {
      const wanted = middle(limitsOf(bench), 5);
      if (!(await bench.set({ setpoint: wanted }))) return notRun('it did not answer');
      await bench.powerCut();
      const from = bench.log.now();
      bench.powerOn();
      const reading = await bench.reading(({ body }) => !body.late, 30_000, from);
      if (!reading) return notRun('it did not come back');
      const now = reading.body.values?.setpoint;
      return isSame(now, wanted)
        ? pass
        : fail(`it held ${wanted}, and holds ${String(now)} after a power cut`);
    },
  },
];
