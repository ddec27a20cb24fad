import { kinds, questionsOf, type Kind } from './asked.ts';
import type { Device } from './data-set.ts';
import type { Engine } from './engine.ts';
import type { Answer, Question } from './questions.ts';
import { assertRight, computeAnswers } from './reference.ts';

/** What is asked of everybody, and what is right. */
export interface Exam {
  /** The `turn`-th question of a kind. */
  question(kind: Kind, turn: number): Question;
  /** @throws where the engine is wrong. */
  check(engine: Engine, question: Question, answer: Answer): void;
}

/** @param folder an empty one */
export async function createExam(devices: readonly Device[], folder: string): Promise<Exam> {
  const questions = await questionsOf(devices, folder);
  const all = kinds.flatMap((kind) => questions[kind]);
  const right = new Map([1, 100].map((stampMs) => [stampMs, computeAnswers(devices, all, stampMs)]));
  return {
    question: (kind, turn) => questions[kind][turn % questions[kind].length]!,
    check(engine, question, answer) {
      const rights = right.get(engine.stampMs ?? 1)!;
      assertRight(engine.title, question, answer, rights[all.indexOf(question)]!, engine);
    },
  };
}
