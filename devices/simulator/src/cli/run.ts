import { createLog } from '@hearth/part';
import { readSimulation } from '../simulation-file.ts';
import { startSimulation, type Simulation, type Summary } from '../simulation.ts';
import { openLedgerFile } from '../tally.ts';
import type { Command } from './command-line.ts';
import { takeOrders } from './orders.ts';
import { listenForStop } from './stopped.ts';
import { startView } from './view.ts';

type RunCommand = Extract<Command, { verb: 'run' }>;

/** Runs a simulation until its time is over or the process is told to stop. @returns the exit code. */
export async function run(command: RunCommand): Promise<number> {
  const { forMs, speed, devices, isJson } = command;
  const file = readSimulation(command.file);
  if (command.seed !== undefined) file.seed = command.seed;
  using ledger = command.ledger === undefined ? undefined : openLedgerFile(command.ledger);
  const refused = { count: 0 };
  let say = (_line: string): void => {};
  await using simulation = await startSimulation({
    file,
    devices,
    speed,
    ledger,
    log: createLog('hearth-sim', 'silent'),
    onRefused: () => (refused.count += 1),
    onFault: (line) => say(line),
  });
  using stopped = listenForStop();
  const view = startView(simulation, { forMs, isPlain: command.isPlain || isJson, isSilent: isJson });
  say = view.say;
  const endOrders = isJson ? undefined : takeOrders({ simulation, say, stop: () => stopped.stop() });
  await simulation.runFor(forMs, stopped.signal);
  const summary = await simulation.finish();
  endOrders?.();
  view.end();
  process.stdout.write(
    isJson ? `${JSON.stringify(summary)}\n` : sentencesOf(summary, simulation, refused.count),
  );
  return summary.lost > 0 || summary.waiting > 0 || summary.acknowledged === 0 ? 1 : 0;
}

function sentencesOf(summary: Summary, { meter, tally }: Simulation, refusedCount: number): string {
  const { devices, made, acknowledged, waiting, lost, sent, received } = summary;
  const ms = (share: number): string => `${meter.latency.percentile(share).toPrecision(3)} ms`;
  const lines = [
    `${devices} devices measured ${made} readings: ${acknowledged} acknowledged, ${waiting} still in a buffer, ${lost} lost`,
    `${sent} messages sent, ${received} received; acknowledged after ${ms(0.5)}, p95 ${ms(0.95)}, p99 ${ms(0.99)}`,
  ];
  if (tally.withheld > 0) lines.push(`${tally.withheld} readings were kept from the wire by faults`);
  if (refusedCount > 0)
    lines.push(`the broker refused a device ${refusedCount} times: are names and passwords right?`);
  if (acknowledged === 0) lines.push('nothing was acknowledged: is the broker there?');
  return `${lines.join('\n')}\n`;
}
