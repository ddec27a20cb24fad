import { parseArgs } from 'node:util';
import { anySeed } from '../faults/random.ts';
import { fuzz, FuzzFailure } from './campaign.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, runs: { type: 'string' }, seconds: { type: 'string' } },
});
const number = (name: keyof typeof values): number | undefined => {
  const text = values[name];
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) {
    console.error(`--${name} is a whole number, got "${text}".`);
    process.exit(2);
  }
  return Number(text);
};
const seed = number('seed') ?? anySeed();
const runs = number('runs');
const seconds = number('seconds') ?? (runs === undefined ? 60 : undefined);
console.log(`seed ${seed}`);
try {
  const outcome = await fuzz(seed, { runs, seconds });
  const grown = outcome.grownBytes === null ? 'not measured' : `${(outcome.grownBytes / 1e6).toFixed(1)} MB`;
  console.log(
    `${outcome.runs} runs, ${outcome.honestMessages} honest messages in order, memory grew: ${grown}`,
  );
  for (const [name, count] of [...outcome.mutations].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`  ${name}: ${count}`);
} catch (error) {
  if (!(error instanceof FuzzFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
