import type { Message } from './data-set.ts';
import type { Answer, Question } from './questions.ts';

/** What stands behind a server of ours: Hearth's store, or a SQLite schema of somebody else. */
export interface Shelf {
  load(messages: Iterable<Message>): Promise<void>;
  settle(): Promise<void>;
  ask(question: Question): Promise<Answer>;
  /** Resolves after the commit. */
  write(body: Buffer): Promise<void>;
  /** Everything is in its files when it resolves. */
  close(): Promise<void>;
}
