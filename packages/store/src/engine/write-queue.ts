import { setTimeout as pause } from 'node:timers/promises';
import { refusalOf } from '../errors.ts';
import type { Operation } from '../journal/operations.ts';
import type { FromWorker } from '../thread.ts';
import type { Committed, Write } from './asks.ts';
import type { Applied, Engine } from './engine.ts';
import type { Pruner } from '../retention/pruner.ts';
import type { Sealer } from './sealer.ts';

interface Asked {
  id: number;
  write: Write;
}

/** One commit takes what waits up to about this many bytes, some 100,000 readings: in a flood one is applied meanwhile. */
const commitLimitB = 512 * 1024;

/** A commit that is on disk. */
interface Written {
  asked: readonly Asked[];
  startedAt: number;
  apply: () => Applied[];
}

/**
 * Writes in the order asked. Whatever waits while a commit is on its way to the disk shares the next one; and while that
 * is on its way, the one before is applied and answered.
 */
export function createWriteQueue(parts: {
  engine: Pick<Engine, 'write'>;
  sealer: Pick<Sealer, 'wake' | 'refusal'> & { sealAll(): void | Promise<void> };
  pruner: Pick<Pruner, 'follow'>;
  /** A commit waits so long for others to share it. */
  commitMs: number;
  reply: (message: FromWorker<Committed>, transfer?: ArrayBuffer[]) => void;
}): { add(id: number, write: Write): void; drained(): Promise<void> } {
  const { engine, sealer, pruner, reply } = parts;
  const waiting: Asked[] = [];
  let pumping: Promise<void> | null = null;

  /** The next operations, as many as fit into one commit; empty where something else comes first. */
  function takeOperations(): { id: number; write: Operation }[] {
    const taken: { id: number; write: Operation }[] = [];
    let size = 0;
    while (size < commitLimitB) {
      const next = waiting[0];
      if (!next || next.write.kind === 'seal' || next.write.kind === 'retain') break;
      const isAlone = next.write.kind === 'begin-anew';
      if (isAlone && taken.length > 0) break;
      waiting.shift();
      taken.push({ id: next.id, write: next.write });
      if (next.write.kind === 'append') size += next.write.packed.length;
      if (isAlone) break;
    }
    return taken;
  }

  let written: Written | null = null;

  function refuse(asked: readonly Asked[], error: unknown): void {
    const refusal = refusalOf(error);
    for (const { id } of asked) reply({ id, refusal });
  }

  /** Applies and answers what is on disk. */
  function finish(): void {
    if (written === null) return;
    const { asked, startedAt, apply } = written;
    written = null;
    try {
      const applied = apply();
      const commitMs = performance.now() - startedAt;
      const problem = sealer.refusal()?.message;
      for (const [i, one] of applied.entries())
        reply({ id: asked[i]!.id, answer: { ...one, commitMs, ...(problem && { problem }) } }, [
          one.isDuplicate.buffer,
        ]);
      sealer.wake();
    } catch (error) {
      refuse(asked, error);
    }
  }

  async function commitNext(): Promise<void> {
    const asked = takeOperations();
    if (asked.length === 0) {
      finish();
      const { id, write } = waiting.shift()!;
      if (write.kind === 'seal') await doNow(id, () => sealer.sealAll());
      else if (write.kind === 'retain') await doNow(id, () => pruner.follow(write.rules));
      return;
    }
    const startedAt = performance.now();
    const writing = engine.write(asked.map(({ write }) => write));
    finish();
    try {
      written = { asked, startedAt, apply: await writing };
    } catch (error) {
      refuse(asked, error);
    }
  }

  /** What is no operation of the journal. */
  async function doNow(id: number, work: () => void | Promise<void>): Promise<void> {
    const startedAt = performance.now();
    try {
      await work();
      reply({
        id,
        answer: { isDuplicate: new Uint8Array(), readings: 0, commitMs: performance.now() - startedAt },
      });
    } catch (error) {
      reply({ id, refusal: refusalOf(error) });
    }
  }

  async function pump(): Promise<void> {
    while (waiting.length > 0) {
      if (parts.commitMs > 0) await pause(parts.commitMs);
      await commitNext();
      // With nobody behind it, or only after a pause, it is not to wait.
      if (waiting.length === 0 || parts.commitMs > 0) finish();
    }
    pumping = null;
  }

  return {
    add(id, write) {
      waiting.push({ id, write });
      pumping ??= pump();
    },
    drained: () => pumping ?? Promise.resolve(),
  };
}
