#!/usr/bin/env node
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runCommandLine } from '@hearth/part';
import { parseCommandLine, usage, type Command } from './command-line.ts';
import { openWay, type Run } from './go.ts';
import { createReporting } from './reporting.ts';
import { figuresOf, lineOf, tableOf } from './table.ts';

/** What was typed is meant from where its user is; a script of npm runs in the folder of Hearth. */
const cwd = process.env['INIT_CWD'] ?? process.cwd();
/** Of a probe that goes on for good the table has the last day at one run in 30 s. */
const runsMax = 2880;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function probe(command: Command, stopping: AbortSignal): Promise<number> {
  const { everyS, runs: count, isJson } = command;
  const go = openWay(command);
  const report = createReporting(command);
  const runs: Run[] = [];
  const isEnough = (): boolean => stopping.aborted || (everyS === null && runs.length >= count);
  while (!isEnough()) {
    const run = await go(stopping);
    // It was cut by who stopped us.
    if (stopping.aborted) break;
    runs.push(run);
    if (runs.length > runsMax) runs.shift();
    if (everyS !== null) print(isJson ? JSON.stringify(shown(run)) : lineOf(run));
    const kept = await report(run);
    if (kept !== null) process.stderr.write(`hearth-probe: the report is kept for later: ${kept}\n`);
    const restMs = everyS === null ? 0 : everyS * 1000 - (performance.now() - run.startedMs);
    await pause(Math.max(0, restMs), undefined, { signal: stopping }).catch(() => {});
  }
  const failed = runs.at(-1)?.failed;
  if (!isJson) print(`${command.broker}\n\n${tableOf(runs)}`);
  else if (everyS === null)
    print(JSON.stringify({ broker: command.broker, runs: runs.map(shown), legs: figuresOf(runs) }));
  if (failed && !isJson) print(`\nFailed at ${failed.leg}: ${failed.reason}.`);
  return runs.some((run) => run.failed) && (everyS === null || failed) ? 1 : 0;
}

const shown = ({ startedAt, legs, failed }: Run) => ({
  startedAt: new Date(startedAt).toISOString(),
  state: failed ? 'failed' : 'whole',
  legs: Object.fromEntries(legs.map(({ leg, ms }) => [leg, ms])),
  ...(failed && { failed }),
});

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
await runCommandLine(
  {
    name: 'hearth-probe',
    usage,
    exitCodeOf: ({ name, code = '' }) => (name === 'ReportRefusedError' || /^E[A-Z]+$/.test(code) ? 1 : null),
  },
  (argv) => {
    const command = parseCommandLine(argv, process.env, (file) => resolve(cwd, file));
    if (command) return probe(command, stop.signal);
    process.stdout.write(usage);
    return 0;
  },
);
