import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { readTrace, tracedCalls, type TraceEvent } from '../power/trace.ts';
import { attach } from '../strace.ts';
import { writeFirstHearth } from './first-hearth.ts';
import { inspect, type Due } from './inspect.ts';
import { acknowledgedIn } from './kill-store.ts';
import { atOnce, firstOf, rowsEnd, type Operation } from './plan.ts';
import { openVictims } from './victims.ts';

/** What a process wrote and what was promised, from the first Hearth's rows on, over two lives. */
export interface StoreRecording {
  now: number;
  events: StoreEvent[];
}

/** What happened to a file, or what was said. */
type StoreEvent = Exclude<TraceEvent, { kind: 'say' }> | { kind: 'due'; due: Due[] };

/** Operations that are acknowledged in each life. */
const operationsPerLife = 60;
/** Longer than anything that is written at once. */
const wholeBytes = 4 * 1024 * 1024;

/**
 * Records two lives of a process that stores readings, each to a kill: the first moves the rows of the first Hearth, the
 * second finds what the first left.
 */
export async function recordStore(seed: number, preloads: readonly string[] = []): Promise<StoreRecording> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-record-store-'));
  await using parts = new AsyncDisposableStack();
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const victims = parts.use(await openVictims(preloads));
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  const path = join(folder, 'data/readings.db');
  mkdirSync(dirname(path));
  writeFirstHearth(path, rowsEnd(now));
  const events: StoreEvent[] = [...asSynced(path), { kind: 'due', due: [{ promised: [], underWay: [] }] }];
  let before: readonly Operation[] = [];
  for (const life of [1, 2]) {
    const victim = await victims.next();
    const trace = join(folder, `trace-${life}`);
    const options = `-yy -xx -s ${wholeBytes} -e trace=${tracedCalls} -o`.split(' ');
    const tracing = await attach(victim.pid, [...options, trace]);
    const order = { path, seed, now, life };
    victim.live(order);
    await victim.hears(String(operationsPerLife));
    const acknowledged = acknowledgedIn(await victim.kill())!;
    await tracing.detach();
    const operations = firstOf(order, acknowledged + atOnce);
    const left = events.findLast((event) => event.kind === 'due')!.due;
    const promisedAt = (count: number): Due => ({
      promised: [...before, ...operations.slice(0, count)],
      underWay: operations.slice(count, count + atOnce),
    });
    for (const event of readTrace(readFileSync(trace, 'latin1'))) {
      if (event.kind !== 'say') events.push(event);
      else if (event.port === victims.port)
        for (const said of event.data.toString().trim().split('\n')) {
          // Until the first answer the former life's last operations are as they were.
          if (said === 'opening') events.push({ kind: 'due', due: [...left, promisedAt(0)] });
          else if (Number(said) > 0 && said !== String(victim.pid))
            events.push({ kind: 'due', due: [promisedAt(Number(said))] });
        }
    }
    before = await whatIsLeft(join(folder, 'data'), promisedAt(acknowledged), now);
  }
  return { now, events };
}

/** What a file is that was closed in order long ago. */
function asSynced(path: string): StoreEvent[] {
  return [
    { kind: 'create', path },
    { kind: 'write', path, at: 0, data: readFileSync(path) },
    { kind: 'sync', path },
  ];
}

/** What was done by the operations of a life that was killed; looked for in a copy, so that nobody touches the files. */
async function whatIsLeft(dataDir: string, due: Due, now: number): Promise<readonly Operation[]> {
  const copy = `${dataDir}-copy`;
  cpSync(dataDir, copy, { recursive: true });
  const { operations } = await inspect(join(copy, 'readings.db'), [due], now);
  rmSync(copy, { recursive: true });
  return operations;
}

/** Whether what a power cut leaves of a file matters: neither what tells processes that run of each other, nor ballast. */
export const isKept = (path: string): boolean =>
  /^(readings|copy-[\d-]+)\.(db(-wal|-journal)?|journal-[01])$/.test(basename(path));
