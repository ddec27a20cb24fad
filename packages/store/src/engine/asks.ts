import type { RetentionRule } from '../face.ts';
import type { Operation } from '../journal/operations.ts';
import type { Applied } from './engine.ts';
import type { Queries } from './queries.ts';

/** What the engine's thread is started with. */
export interface EngineData {
  path: string;
  stampMs: number;
  journalLimitB: number;
  cellsToShare: number;
  commitMs: number;
}

/** What changes something: done in the order asked. */
export type Write = Operation | { kind: 'seal' } | { kind: 'retain'; rules: readonly RetentionRule[] };

/** One query: the name of one of the {@link Queries} and what it takes. */
export type Query = {
  [M in keyof Queries]: { kind: 'query'; method: M; query: Parameters<Queries[M]> };
}[keyof Queries];

export type Ask = { kind: 'write'; write: Write } | Query;

/** What became of a write, how long its commit took, and why sealing does not go on, if it does not. */
export type Committed = Applied & { commitMs: number; problem?: string };

export type Answer = Committed | ReturnType<Queries[keyof Queries]>;
