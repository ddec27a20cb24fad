import { median } from '../figure.ts';
import { type Kind, kinds } from './asked.ts';
import type { Effort } from './effort.ts';
import type { Engine, Running } from './engine.ts';
import type { Exam } from './exam.ts';
import { dropCache } from './files.ts';
import type { Found } from './found.ts';

/** Milliseconds until an answer is there to draw, by kind of question and engine. */
export type Times = Partial<Record<Kind, Found>>;

/** The first questions of a kind to everybody: each has just been started, and its files are not in memory. */
export function timeCold(filled: ReadonlyMap<Engine, string>, exam: Exam, effort: Effort): Promise<Times> {
  return byKind('cold', effort.coldKinds, async (kind) => {
    const found: Found = new Map();
    for (const [engine, folder] of filled) {
      const samples: number[] = [];
      for (let round = 0; round < effort.coldRounds; round++) {
        dropCache(folder);
        await using running = await engine.start(folder);
        samples.push(await time(engine, running, exam, kind, round));
      }
      found.set(engine.name, median(samples));
    }
    return found;
  });
}

/** All run side by side and are asked in turn, a few times in a row; their first round only warms. */
export async function timeWarm(
  filled: ReadonlyMap<Engine, string>,
  exam: Exam,
  effort: Effort,
): Promise<Times> {
  await using open = new AsyncDisposableStack();
  const asked: { engine: Engine; running: Running; samples: number[] }[] = [];
  for (const [engine, folder] of filled)
    asked.push({ engine, running: open.use(await engine.start(folder)), samples: [] });

  return await byKind('warm', kinds, async (kind) => {
    for (const one of asked) one.samples = [];
    for (let round = 0; round <= effort.warmRounds; round++)
      for (const { engine, running, samples } of asked) {
        const spentMs = samples.reduce((sum, ms) => sum + ms, 0);
        if (round > 3 && spentMs > effort.warmBudgetMs) continue;
        for (let ask = 0; ask < effort.warmAsks; ask++) {
          const ms = await time(engine, running, exam, kind, round * effort.warmAsks + ask);
          if (round > 0) samples.push(ms);
        }
      }
    return new Map(asked.map(({ engine, samples }) => [engine.name, median(samples)]));
  });
}

async function byKind(
  how: string,
  some: readonly Kind[],
  measure: (kind: Kind) => Promise<Found>,
): Promise<Times> {
  const times: Times = {};
  for (const kind of some) {
    times[kind] = await measure(kind);
    console.error(`asked everybody, ${how}: ${kind}`);
  }
  return times;
}

async function time(engine: Engine, running: Running, exam: Exam, kind: Kind, turn: number): Promise<number> {
  const question = exam.question(kind, turn);
  const startedAt = performance.now();
  const answer = await running.ask(question);
  const ms = performance.now() - startedAt;
  exam.check(engine, question, answer);
  return ms;
}
