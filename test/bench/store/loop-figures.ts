import { fileURLToPath } from 'node:url';
import { isInstalled, run } from '../../interop/programs.ts';
import type { Figure } from '../figure.ts';
import type { Effort } from './effort.ts';
import type { Folders } from './folders.ts';
import type { LoopOutcome } from './loop-worker.ts';

const worker = fileURLToPath(new URL('loop-worker.ts', import.meta.url));

/** Of the main thread while readings arrive and charts are drawn; and from `append` until it is durable. ms. */
const bars = { delayP99: 10, durableP99: 150 };

/** What a memory card takes for an fsync, µs. */
const slowFsyncUs = 20_000;

/** As seccomp has it, only these calls are stopped at; each returns after 20 ms more. */
const slowly = [
  '-f',
  '--seccomp-bpf',
  '--quiet=all',
  '--output=/dev/null',
  '--trace=fsync,fdatasync',
  `--inject=fsync,fdatasync:delay_exit=${slowFsyncUs}`,
];

/** How the main thread fares, on this disk and on one whose fsync takes 20 ms more. */
export async function measureLoop(folders: Folders, effort: Effort): Promise<Figure[]> {
  const measure = async (program: string, args: readonly string[]): Promise<LoopOutcome> => {
    const folder = folders.make('loop');
    const sizes = [effort.loopReadings, effort.loopMs].map(String);
    const { code, output } = await run(program, [...args, worker, folder, ...sizes]);
    folders.remove(folder);
    if (code !== 0) throw new Error(`the event loop could not be measured: ${output}`);
    return JSON.parse(output.trim().split('\n').at(-1)!) as LoopOutcome;
  };
  const figures = figuresOf('store.loop', await measure(process.execPath, []));
  if (!isInstalled('strace')) {
    console.error('without a slow fsync: strace is not installed');
    return figures;
  }
  return [
    ...figures,
    ...figuresOf('store.loop.slowFsync', await measure('strace', [...slowly, process.execPath])),
  ];
}

function figuresOf(name: string, outcome: LoopOutcome): Figure[] {
  const { delayP99Ms, delayMaxMs, durableP99Ms, chartP99Ms, readingsPerS, chartsPerS } = outcome;
  const unit = 'ms';
  return [
    { figure: `${name}.delay.p99`, value: delayP99Ms, unit, bar: bars.delayP99 },
    { figure: `${name}.delay.max`, value: delayMaxMs, unit },
    { figure: `${name}.durable.p99`, value: durableP99Ms, unit, bar: bars.durableP99 },
    { figure: `${name}.chart.p99`, value: chartP99Ms, unit },
    // What was offered has to have been taken for the others to mean anything.
    { figure: `${name}.readings`, value: readingsPerS, unit: '/s', bar: 4500, isBarLeast: true },
    { figure: `${name}.charts`, value: chartsPerS, unit: '/s', bar: 9, isBarLeast: true },
  ];
}
