import { workerData } from 'node:worker_threads';
import type { ImportFormat, ImportMapping, ImportReport } from '@hearth/contract';
import { packArrivals, type RetentionRule } from '@hearth/store';
import { answerAll } from '../answering.ts';
import { createIntake } from './intake.ts';
import type { Position } from './position.ts';
import { readers } from './readers.ts';

/** What the thread is to read, and from where on. */
export interface ImportTask {
  path: string;
  format: ImportFormat;
  mapping: ImportMapping;
  position: Position;
  report: ImportReport;
  /** When the import began: what it brings was received then. Unix ms. */
  now: number;
  rules: readonly RetentionRule[];
  /** With `try` nothing is handed over. */
  isTrial: boolean;
}

/** Some readings for the store, and how far the file is read with them; `isLast` when it is read. */
export interface Batch {
  /** As the store takes them; null for none. */
  packed: Uint8Array<ArrayBuffer> | null;
  position: Position;
  share: number;
  /** Of all so far, but for what the store says of them. */
  report: ImportReport;
  isLast: boolean;
}

/** Readings of a batch: a commit of some 10 ms, so that live readings between two do not wait long. */
const batchReadings = 5000;
/** A file in which nothing is found still has a progress. */
const quietMs = 500;

async function* readBatches(task: ImportTask): AsyncGenerator<Batch, undefined> {
  const { path, format, mapping, report, now, rules, isTrial } = task;
  const intake = createIntake(mapping, report, now, rules);
  let { position } = task;
  let toldAt = performance.now();
  const batch = (share: number, isLast: boolean): Batch => {
    toldAt = performance.now();
    const arrivals = intake.gathered();
    const packed = isTrial || arrivals.length === 0 ? null : packArrivals(arrivals);
    return { packed, position, share, report: intake.report(), isLast };
  };
  for await (const mark of readers[format](path, position, intake)) {
    ({ position } = mark);
    if (intake.size >= batchReadings || performance.now() - toldAt > quietMs) yield batch(mark.share, false);
  }
  yield batch(1, true);
}

const batches = readBatches(workerData as ImportTask);
answerAll(
  async (): Promise<Batch | null> => (await batches.next()).value ?? null,
  (batch) => (batch?.packed ? [batch.packed.buffer] : []),
);
