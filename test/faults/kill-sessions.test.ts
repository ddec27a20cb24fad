import { expect, test } from 'vitest';
import { depth } from '../../scripts/test/depth.mjs';
import { isInstalled, skipReason } from '../interop/programs.ts';
import { runKills, wordsOf, type KillReport } from './kill/kill-rounds.ts';
import { openHearth, openMosquitto, type Subject } from './kill/subjects.ts';
import { anySeed } from './random.ts';

const { kills } = depth;
const controlKills = 5;

async function run(
  name: string,
  subject: Subject,
  options: { kills: number; seed: number },
): Promise<KillReport> {
  await using open = subject;
  const report = await runKills(open, options);
  process.stdout.write(`${name}, seed ${options.seed}: ${wordsOf(report)}\n`);
  return report;
}

test(
  `${kills} kills at random moments: nothing that was acknowledged is lost, nothing of QoS 2 comes twice`,
  { timeout: 900_000 },
  async () => {
    const seed = anySeed();
    const { examples, acknowledged } = await run('Hearth', await openHearth(), { kills, seed });
    expect(examples, `again: pnpm test:faults --runs ${kills} --seed ${seed}`).toEqual([]);
    expect(acknowledged).toBeGreaterThan(kills * 10);
  },
);

const { isSkipped, note } = skipReason(
  isInstalled('/usr/sbin/mosquitto') ? null : 'mosquitto is not installed',
);
test.skipIf(isSkipped)(
  `the same with Mosquitto as it is shipped loses messages, sessions and wills: the books would show it${note}`,
  { timeout: 120_000 },
  async () => {
    const { faults } = await run('Mosquitto', await openMosquitto(), { kills: controlKills, seed: 1 });
    expect(faults.lost).toBeGreaterThan(0);
    expect(faults.sessionsLost).toBeGreaterThan(0);
    expect(faults.retainedLost).toBeGreaterThan(0);
    expect(faults.willsLost).toBeGreaterThan(0);
  },
);
