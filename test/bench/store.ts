import type { BenchOptions, Figure } from './figure.ts';
import { kinds } from './store/asked.ts';
import { createHome, daysOf, isWhole, readingsOf } from './store/data-set.ts';
import { fullEffort, quickEffort, type Effort } from './store/effort.ts';
import { hearth, holders, homeAssistantAll, installPeers, usable } from './store/engines.ts';
import { createExam } from './store/exam.ts';
import { makeFolders } from './store/folders.ts';
import { peerFigures } from './store/found.ts';
import { measureGrowth } from './store/growth-figures.ts';
import { ingestFigures, measureIngest } from './store/ingest-figures.ts';
import { measureLoop } from './store/loop-figures.ts';
import { queryFigures } from './store/query-figures.ts';
import { timeCold, timeWarm } from './store/query-times.ts';
import { tableOf, type TableColumn } from './store/side-by-side.ts';
import { fill, measureSizes, sizeFigures } from './store/size-figures.ts';
import { measureWrites } from './store/writes-figures.ts';

/** Years of a room in the largest of the growing stores: 600 million readings, which take a while to make. */
const grownRooms = 48;

/**
 * Our store beside what others keep readings in, all with the same readings in one run, each in a process and a folder
 * of its own and asked over loopback: size, ingest, and the four questions of a page, warm and cold; then what our
 * store writes for a home in a day, how it grows, and how the main thread fares beside it. Beside some alone it is only
 * what all do.
 * @throws when an engine answers wrong.
 */
export async function measureStore(options: BenchOptions): Promise<Figure[]> {
  const effort: Effort = options.isQuick ? quickEffort : fullEffort;
  const home = createHome(options.readings ?? effort.readings);
  let readings = 0;
  for (const parts of daysOf(home)) for (const part of parts) readings += readingsOf(part);
  // Whoever ends the run finds no server, mount or folder left.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  using folders = makeFolders();
  await installPeers();
  const engines = usable(holders, options.beside);
  console.error(`${readings} readings of 50 series, the longest of ${home[0]!.days} days`);

  const filled = await fill(engines, home, folders);
  const sizes = measureSizes(filled, readings);
  const exam = await createExam(home, folders.make('exam'));
  const cold = await timeCold(filled, exam, effort);
  const warm = await timeWarm(filled, exam, effort);
  for (const folder of filled.values()) folders.remove(folder);
  const writers = [...engines.filter(({ stampMs = 1 }) => stampMs === 1), homeAssistantAll];
  const rates = await measureIngest(writers, folders, effort);

  const columns: TableColumn[] = [
    { name: 'size', unit: 'B/reading', found: sizes },
    { name: 'ingest', unit: 'readings/s', found: rates },
    ...kinds.map((kind) => ({ name: kind, unit: 'ms', found: warm[kind] ?? new Map() })),
    ...effort.coldKinds.map((kind) => ({ name: `${kind}.cold`, unit: 'ms', found: cold[kind] ?? new Map() })),
  ];
  if (!options.isJson) console.log(`${tableOf([...engines, homeAssistantAll], columns)}\n`);
  const besideOthers = [
    ...sizeFigures(sizes, home),
    ...ingestFigures(rates),
    ...queryFigures({ warm, cold }, home),
  ];
  if (options.beside) return besideOthers;
  const growthRooms = [
    ...(isWhole(home) ? effort.growthRooms : []),
    ...(options.isGrown ? [grownRooms] : []),
  ];
  return [
    ...besideOthers,
    ...(await measureWrites(folders, effort)),
    ...(await measureGrowth(folders, growthRooms)),
    ...(await measureLoop(folders, effort)),
    ...(options.isJson
      ? columns.flatMap(({ name, unit, found }) => peerFigures(`store.${name}`, unit, hearth, found))
      : []),
  ];
}
