import type { Log } from '@hearth/part';
import { Worker } from 'node:worker_threads';
import type { FromJournal, JournalData, ToJournal } from './journal-worker.ts';
import { createRecords, readRecords, verbs, type JournalRecord, type Records } from './records.ts';

/** Called when everything appended before is on disk; or with why it is not, and what may be given up is. */
type AfterCommit = (failure: Error | null) => void;

/** Whether the disk takes what the broker has to keep; `since` is Unix ms, `detail` words for people. */
export interface JournalState {
  state: 'ok' | 'full' | 'failing';
  since: number;
  detail: string;
}

/** What of the broker has to survive it: written in order, many changes with one commit. */
export interface Journal extends AsyncDisposable {
  /** To be written with the next commit; `isLazy` lets it wait for one that is needed anyway, up to {@link lazyMs}. */
  append(record: JournalRecord, isLazy?: boolean): void;
  /** A queued message has left under this packet id; need not be written when it is acknowledged soon. */
  noteSent(row: number, packetId: number): void;
  /** A queued message is done with. */
  noteDone(row: number): void;
  /** Calls back, in the order of the calls; at once when there is nothing to wait for. */
  after(callback: AfterCommit): void;
  readonly state: Readonly<JournalState>;
  /** Told of each change of the state. */
  onState(listener: (state: Readonly<JournalState>) => void): void;
  /** Told what each commit took, ms. */
  onCommit(listener: (ms: number) => void): void;
  /** Milliseconds that the last commit took, null before the first. */
  readonly lastCommitMs: number | null;
}

/** An acknowledgement that is lost in a kill costs a repeat, a commit of its own costs wear. */
const lazyMs = 250;

const retryMs = 1000;

interface Batch {
  records: Records;
  callbacks: AfterCommit[];
}
const emptyBatch = (): Batch => ({ records: createRecords(), callbacks: [] });

/**
 * Starts the journal's thread on the database at `path`, which exists. Whatever is appended while a commit runs
 * goes into the next one: no timer, and the slower the disk, the larger the commits.
 *
 * When a commit fails, its callbacks hear so, and so does everybody who asks until one has succeeded again. What
 * has happened already (`isKept`) is tried again each second.
 */
export function openJournal(data: JournalData, log: Log): Journal {
  const worker = new Worker(new URL('./journal-worker.ts', import.meta.url), { workerData: data });
  const exited = Promise.withResolvers<void>();
  const sent = new Map<number, number>();
  const listeners: ((state: Readonly<JournalState>) => void)[] = [];
  const commitListeners: ((ms: number) => void)[] = [];
  let next = emptyBatch();
  let running: Batch | null = null;
  let flush: NodeJS.Immediate | null = null;
  let lazy: NodeJS.Timeout | null = null;
  let retry: NodeJS.Timeout | null = null;
  let failure: Error | null = null;
  let state: JournalState = { state: 'ok', since: Date.now(), detail: '' };
  let lastCommitMs: number | null = null;
  let isClosing = false;

  const setState = (changed: Omit<JournalState, 'since'>): void => {
    if (changed.state === state.state) return;
    state = { ...changed, since: Date.now() };
    if (state.state === 'ok') log.info({}, 'the broker keeps messages again');
    else log.error({ state: state.state }, state.detail);
    for (const listener of listeners) listener(state);
  };

  const start = (): void => {
    if (flush) clearImmediate(flush);
    if (lazy) clearTimeout(lazy);
    flush = lazy = null;
    if (running) return;
    for (const [row, packetId] of sent)
      next.records.add({ verb: verbs.sent, isKept: true, number: row, small: packetId });
    sent.clear();
    if (failure) next.records.add({ verb: verbs.probe, isKept: false });
    if (next.records.isEmpty) return;
    running = next;
    next = emptyBatch();
    const packed = running.records.take();
    worker.postMessage(packed satisfies ToJournal, [packed.buffer]);
  };
  const startSoon = (): void => {
    // All that this turn of the loop brings shares the commit. A running one starts the next when it ends.
    if (!running && !flush && !failure) flush = setImmediate(start);
  };
  const startLater = (): void => {
    if (!running && !flush && !lazy && !failure) lazy = setTimeout(start, lazyMs);
  };
  const hasWork = (): boolean => !next.records.isEmpty || sent.size > 0;

  const succeed = (batch: Batch): void => {
    const wasFailing = failure !== null;
    failure = null;
    if (wasFailing) setState({ state: 'ok', detail: '' });
    // The disk works on while the callbacks run.
    if (next.callbacks.length > 0 || (isClosing && hasWork())) start();
    else if (hasWork()) startLater();
    for (const callback of batch.callbacks) callback(null);
  };

  const fail = (batch: Batch, packed: Uint8Array, error: Error, code: string): void => {
    failure = error;
    const kept = createRecords();
    const keep = (bytes: Uint8Array): void =>
      readRecords(bytes, (record) => {
        if (record.isKept) kept.add(record);
      });
    keep(packed);
    keep(next.records.take());
    const callbacks = [...batch.callbacks, ...next.callbacks];
    next = { records: kept, callbacks: [] };
    setState({ state: code === 'SQLITE_FULL' ? 'full' : 'failing', detail: explain(code, error) });
    if (!isClosing) retry = setTimeout(start, retryMs);
    for (const callback of callbacks) callback(error);
  };

  worker.on('message', (answer: FromJournal) => {
    const batch = running!;
    running = null;
    if ('commitMs' in answer) {
      lastCommitMs = answer.commitMs;
      for (const listener of commitListeners) listener(answer.commitMs);
      succeed(batch);
    } else fail(batch, answer.packed, new Error(answer.failure.message), answer.failure.code);
    if (isClosing && !running) worker.postMessage('close' satisfies ToJournal, []);
  });
  worker.on('exit', () => {
    exited.resolve();
    // A bug in the thread must not leave publishers waiting for ever: the supervisor starts anew.
    if (!isClosing) throw new Error('the thread of the journal ended');
  });

  return {
    append(record, isLazy = false) {
      if (failure && !record.isKept) return;
      next.records.add(record);
      if (isLazy) startLater();
      else startSoon();
    },
    noteSent(row, packetId) {
      sent.set(row, packetId);
      startLater();
    },
    noteDone(row) {
      sent.delete(row);
      this.append({ verb: verbs.done, isKept: true, number: row }, true);
    },
    after(callback) {
      if (failure) setImmediate(callback, failure);
      else if (hasWork() || next.callbacks.length > 0) {
        next.callbacks.push(callback);
        startSoon();
      } else if (running) running.callbacks.push(callback);
      else callback(null);
    },
    get state() {
      return state;
    },
    onState: (listener) => void listeners.push(listener),
    onCommit: (listener) => void commitListeners.push(listener),
    get lastCommitMs() {
      return lastCommitMs;
    },
    async [Symbol.asyncDispose]() {
      isClosing = true;
      if (retry) clearTimeout(retry);
      start();
      if (!running) worker.postMessage('close' satisfies ToJournal, []);
      await exited.promise;
    },
  };
}

/** What happened, what is kept, and what to do. */
function explain(code: string, error: Error): string {
  const kept = 'What it acknowledged before is kept, and devices keep the readings that it refuses now';
  if (code === 'SQLITE_FULL')
    return `The disk of the broker is full. ${kept}. Make space there: it goes on by itself.`;
  return `The broker cannot write what it has to keep (${code}: ${error.message}). ${kept}. To mend it, check the disk: it is tried again each second.`;
}
