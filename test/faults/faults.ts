import { parseArgs } from 'node:util';
import { runKills, wordsOf as wordsOfKills } from './kill/kill-rounds.ts';
import { openHearth } from './kill/subjects.ts';
import { cutPower, wordsOf as wordsOfPower } from './power/power-cuts.ts';
import { record } from './power/record.ts';
import { anySeed } from './random.ts';
import { cutStore, wordsOf as wordsOfStorePower } from './store/cut-store.ts';
import { killStore, wordsOf as wordsOfStoreKills } from './store/kill-store.ts';
import { recordStore } from './store/record-store.ts';
import { straceProblem } from './strace.ts';

// `pnpm test:faults`: the kills and power cuts of the tests, many more of them, or those of a seed again.

/** As many power cuts to a kill as in the tests. */
const imagesPerRun = 2.5;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(anySeed()) },
    runs: { type: 'string', default: '1000' },
  },
});
const [seed, runs] = [Number(values.seed), Number(values.runs)];
if (!Number.isInteger(seed) || !Number.isInteger(runs) || runs < 1) {
  process.stderr.write('usage: pnpm test:faults [--runs 1000] [--seed 1], whole numbers\n');
  process.exit(2);
}
const tell = (line: string): void => void process.stdout.write(`${line}\n`);
tell(`seed ${seed}`);

const examples: string[] = [];
{
  await using hearth = await openHearth();
  const report = await runKills(hearth, { kills: runs, seed, tell });
  tell(wordsOfKills(report));
  examples.push(...report.examples);
}
{
  const report = await killStore({ kills: runs, seed });
  tell(wordsOfStoreKills(report));
  examples.push(...report.examples);
}
const images = Math.ceil(runs * imagesPerRun);
const problem = straceProblem();
if (problem === null) {
  const report = cutPower(await record(), { images, seed });
  tell(wordsOfPower(report));
  const ofStore = await cutStore(await recordStore(seed), { images, seed });
  tell(wordsOfStorePower(ofStore));
  examples.push(...report.examples, ...ofStore.examples);
} else tell(`no power cuts: ${problem}`);

for (const example of examples) tell(example);
if (examples.length > 0) {
  tell(`again: pnpm test:faults --runs ${runs} --seed ${seed}`);
  process.exitCode = 1;
}
