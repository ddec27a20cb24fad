import type { CheckResult, CheckRule, CheckRun, CheckStep, CheckSummary, StartCheck } from '@hearth/contract';
import type { Format } from './format.ts';

type Chapter = NonNullable<StartCheck['chapters']>[number];

/** The chapters of the checks, in their order, and what they are about. */
export const chapters: readonly { id: Chapter; title: string; about: string }[] = [
  { id: 'connect', title: 'Connecting', about: 'password, encryption, coming back after a break' },
  { id: 'birth', title: 'Introducing itself', about: 'what it says of itself, and its counters' },
  { id: 'readings', title: 'Readings', about: 'their form, their rhythm, and none lost' },
  { id: 'requests', title: 'Being asked', about: 'fresh answers, and what it refuses' },
  { id: 'writes', title: 'Being set', about: 'limits, steps, modes, and who else may' },
  { id: 'safety', title: 'Safety', about: 'when nobody speaks to it, or its sensor fails' },
  { id: 'endurance', title: 'Endurance', about: 'quiet, loss, and a clock that jumps' },
];

/** A rule as a line of a list; the device is its subject. */
export const ruleWords = ({ says }: Pick<CheckRule, 'says'>): string =>
  `${says.charAt(0).toUpperCase()}${says.slice(1)}`;

/** What a hand does to the device, as it is asked for. */
export const stepWords: Readonly<Record<CheckStep['movement'], string>> = {
  'sensor-out': 'Unplug the temperature sensor',
  'sensor-in': 'Plug the temperature sensor in again',
  knob: 'Turn the setpoint by one step, at the device itself',
  'clock-ahead': 'Set the device’s clock one hour ahead',
  'clock-back': 'Set the device’s clock right again',
};

/** One rule with what came of it; `now` while it is being tried, `null` before. */
export interface RuleState {
  rule: CheckRule;
  result: CheckResult | null;
  isNow: boolean;
}

/** A chapter of a run. */
export interface ChapterState {
  id: Chapter;
  title: string;
  rules: RuleState[];
}

/** The rules of a run by chapter, each with what came of it so far; chapters of which nothing is checked are left out. */
export function chaptersOf({
  rules,
  results,
  now,
}: Pick<CheckRun, 'rules' | 'results' | 'now'>): ChapterState[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  return chapters
    .map(({ id, title }) => ({
      id,
      title,
      rules: rules
        .filter((rule) => rule.id.startsWith(`${id}.`))
        .map((rule) => ({ rule, result: byId.get(rule.id) ?? null, isNow: rule.id === now })),
    }))
    .filter((chapter) => chapter.rules.length > 0);
}

const verdicts: readonly { verdict: CheckResult['verdict']; word: string }[] = [
  { verdict: 'fail', word: 'failed' },
  { verdict: 'pass', word: 'passed' },
  { verdict: 'not-applicable', word: 'not applicable' },
  { verdict: 'not-run', word: 'not run' },
];

/** How many came out how, such as “1 failed, 12 passed”; `left` are those without a result. */
export function countWords(
  results: readonly Pick<CheckResult, 'verdict'>[],
  left: { count: number; word: 'to come' | 'not tried' },
  format: Format,
): string {
  const counted = verdicts.map(({ verdict, word }) => ({
    count: results.filter((result) => result.verdict === verdict).length,
    word,
  }));
  return [...counted, left]
    .filter(({ count }) => count > 0)
    .map(({ count, word }) => `${format.number(count)} ${word}`)
    .join(', ');
}

/** Whether a run goes on no more. */
export const isOver = ({ state }: Pick<CheckRun, 'state'>): boolean =>
  state !== 'waiting' && state !== 'running';

/** What came of all checks of a run so far. */
export const runWords = (run: CheckRun, format: Format): string =>
  countWords(run.results, leftOf(run.rules.length - run.results.length, run), format);

/** What is still to come of a run, or never came. */
export function leftOf(
  count: number,
  run: Pick<CheckRun, 'state'>,
): { count: number; word: 'to come' | 'not tried' } {
  return { count, word: isOver(run) ? 'not tried' : 'to come' };
}

/** What a run that ended says of the device, in a sentence, and what follows from it. */
export function outcomeWords(
  run: Pick<CheckRun, 'asked' | 'results'>,
  summary: CheckSummary,
): { title: string; more: string } {
  const { outcome, passed, failed } = summary;
  if (outcome !== 'failed' && passed === 0 && failed === 0)
    return {
      title: 'Nothing was heard of it',
      more: 'The device did not connect, or sent nothing that could be judged. Compare address, port, password and certificate, and begin again.',
    };
  if (outcome === 'failed')
    return {
      title: 'It does not pass',
      more: 'Something failed that must hold. Below is what was seen, and how to mend it.',
    };
  if (outcome === 'incomplete')
    return {
      title: 'It passes what was tried',
      more: `Nothing failed that must hold, and not all of it could be tried.${incompleteReason(run)}`,
    };
  const all = run.asked.chapters
    ? 'Of what was checked, all that must hold does.'
    : 'All that must hold does.';
  return {
    title: 'It passes',
    more: failed > 0 ? `${all} What should hold and does not is below.` : all,
  };
}

/** A bench without its own switch can cut no power: that is the usual reason, and has a way out. */
function incompleteReason({ results }: Pick<CheckRun, 'results'>): string {
  const isPower = results.some(({ verdict, why }) => verdict === 'not-run' && why?.includes('cut its power'));
  return isPower ? ' Where the kit has to cut its power, run it as a command: see docs/conformance.md.' : '';
}

/** Whether an address is known on this machine alone. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');
