import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from '../random.ts';
import { writeFirstHearth } from './first-hearth.ts';
import { inspect } from './inspect.ts';
import { atOnce, firstOf, rowsEnd, type Operation, type Order } from './plan.ts';
import { openVictims, type Victim } from './victims.ts';

/** What some kills of a process that stores readings came to. */
export interface StoreKillReport {
  kills: number;
  /** By what was under way: `opening` is a migration, or a start after a kill. */
  during: Record<string, number>;
  /** Readings looked at, over all kills, and of them those that the rule had deleted. */
  readings: number;
  pruned: number;
  /** Of what was promised, what is not there or wrong. */
  lost: number;
  unopenable: number;
  /** The first of what is wrong, in words. */
  examples: string[];
}

/** On one database, before another is moved from the first Hearth's. */
const livesEach = 5;
const openingMaxMs = 150;
const runMaxMs = 500;
const briefKinds = ['seal', 'retain', 'copy'];
const briefMs = 10;

/** Of what was said before a kill, the number of operations that were acknowledged; null before the store was open. */
export function acknowledgedIn(said: readonly string[]): number | null {
  if (!said.includes('open')) return null;
  return Number(said.at(-1)) || 0;
}

/** Kills a process that stores readings `kills` times at moments that `seed` gives, and looks at what is left. */
export async function killStore(options: { kills: number; seed: number }): Promise<StoreKillReport> {
  const { kills, seed } = options;
  const random = createRandom(seed);
  await using victims = await openVictims();
  const report: StoreKillReport = {
    kills: 0,
    during: {},
    readings: 0,
    pruned: 0,
    lost: 0,
    unopenable: 0,
    examples: [],
  };

  /** Waits for a moment within the next operation of a kind: of some that are over soon, chance alone meets few. */
  async function amid(victim: Victim, order: Order): Promise<void> {
    const kind = briefKinds[Math.floor(random() * briefKinds.length)];
    const from = Math.floor(random() * 30);
    const before = firstOf(order, 200).findIndex((operation, i) => i >= from && operation.kind === kind);
    await victim.hears(String(before));
    await pause(random() * briefMs);
  }

  /** @returns what was done to the database by then; null where it is of no more use */
  async function liveAndDie(
    order: Order,
    before: readonly Operation[],
  ): Promise<readonly Operation[] | null> {
    const victim = await victims.next();
    victim.live(order);
    await victim.hears('opening');
    if (order.life === 1 ? random() < 0.6 : random() < 0.1) await pause(random() * openingMaxMs);
    else {
      await victim.hears('open');
      if (random() < 0.5) await pause(random() * runMaxMs);
      else await amid(victim, order);
    }
    const acknowledged = acknowledgedIn(await victim.kill());
    report.kills++;
    const operations = firstOf(order, (acknowledged ?? 0) + atOnce);
    const underWay = acknowledged === null ? [] : operations.slice(acknowledged);
    const during = underWay[0]?.kind ?? 'opening';
    report.during[during] = (report.during[during] ?? 0) + 1;
    return look(order, [...before, ...operations.slice(0, acknowledged ?? 0)], underWay);
  }

  async function look({ path, life, now }: Order, promised: Operation[], underWay: Operation[]) {
    const where = `kill ${report.kills}, life ${life}`;
    try {
      const found = await inspect(path, [{ promised, underWay }], now);
      report.readings += found.readings;
      report.pruned += found.pruned;
      report.lost += found.wrong.length;
      report.examples.push(...found.wrong.slice(0, 3).map((words) => `${where}: ${words}`));
      // A copy that nobody acknowledged is promised to nobody: the readings look the same with it and without.
      return found.operations.filter((done) => done.kind !== 'copy' || promised.includes(done));
    } catch (error) {
      report.unopenable++;
      report.examples.push(`${where}: ${(error as Error).message}`);
      return null;
    }
  }

  while (report.kills < kills) {
    const folder = mkdtempSync(join(tmpdir(), 'hearth-kill-store-'));
    try {
      const now = Math.floor(Date.now() / 60_000) * 60_000;
      const order = { path: join(folder, 'readings.db'), seed: seed + report.kills, now };
      writeFirstHearth(order.path, rowsEnd(now));
      let operations: readonly Operation[] | null = [];
      for (let life = 1; life <= livesEach && report.kills < kills && operations; life++)
        operations = await liveAndDie({ ...order, life }, operations);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    // What comes behind a loss says nothing more.
    if (report.examples.length > 0) break;
  }
  return report;
}

/** One line for people. */
export function wordsOf({ kills, during, readings, pruned, lost, unopenable }: StoreKillReport): string {
  const moments = Object.entries(during).map(([what, count]) => `${count} in ${what}`);
  return (
    `${kills} kills of the store (${moments.join(', ')}): of ${readings} readings ${pruned} pruned by rule, ` +
    `${lost} lost or wrong, ${unopenable} times unopenable`
  );
}
