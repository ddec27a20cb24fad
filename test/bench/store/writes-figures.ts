import { setTimeout as pause } from 'node:timers/promises';
import type { Figure } from '../figure.ts';
import { createRooms, dayMs, type Message, messagesOf } from './data-set.ts';
import type { Effort } from './effort.ts';
import type { Engine, Running } from './engine.ts';
import { hearth, hearthEverySecond, homeAssistantEvery5s } from './engines.ts';
import type { Folders } from './folders.ts';
import { compare } from './found.ts';
import { countWrites } from './own-disk.ts';

/** Ours over theirs. */
const bar = 1 / 10;

const rooms = 100;
const days = 2;
const messagesPerDay = rooms * 8640;

/** GB a day that were written: for each message when it came, and once for putting them in order. */
interface Written {
  incoming: number;
  settling: number;
}

/**
 * What is written for 100 devices of four quantities at 10 s, each message when it is due: both at once, each on a
 * disk of its own with some hours before it, for as long as was asked, and from that for a day. What our store writes
 * to seal those hours counts too; what else would be settled later of the peer does not.
 */
export async function measureWrites(folders: Folders, effort: Effort): Promise<Figure[]> {
  const [ours, theirs] = await Promise.all([
    writtenADay(hearth, hearthEverySecond, folders, effort),
    writtenADay(homeAssistantEvery5s, homeAssistantEvery5s, folders, effort),
  ]);
  const found = new Map([
    [hearth.name, ours.incoming + ours.settling],
    [homeAssistantEvery5s.name, theirs.incoming],
  ]);
  const unit = 'GB/day';
  return [
    ...compare({ figure: 'store.writes', unit }, hearth, found, [{ peer: homeAssistantEvery5s, bar }]),
    { figure: 'store.writes.sealing', value: ours.settling, unit },
    { figure: 'store.writes.of.homeAssistant', value: theirs.incoming, unit },
  ];
}

/** @param filling how it runs until some hours are there; `engine` is how it runs afterwards */
async function writtenADay(
  filling: Engine,
  engine: Engine,
  folders: Folders,
  { writesMs, writesMessagesBefore }: Effort,
): Promise<Written> {
  using disk = countWrites(folders.make(`${engine.name}-writes`));
  const devices = createRooms(rooms, days);
  let settledB = 0;
  {
    await using running = await filling.start(disk.folder);
    await running.load(devices, writesMessagesBefore);
    const before = disk.writtenB(running.pid);
    await running.settle();
    settledB = disk.writtenB(running.pid) - before;
  }
  await using running = await engine.start(disk.folder);
  const before = disk.writtenB(running.pid);
  await sendWhenDue(running, messagesOf(devices, writesMessagesBefore), writesMs);
  const writtenB = disk.writtenB(running.pid) - before;
  return {
    incoming: (writtenB / 1e9) * (dayMs / writesMs),
    settling: (settledB / 1e9) * (messagesPerDay / writesMessagesBefore),
  };
}

async function sendWhenDue(
  running: Running,
  messages: Iterator<Message, undefined>,
  forMs: number,
): Promise<void> {
  const written: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let firstAt = NaN; ;) {
    const { part, row } = messages.next().value!;
    if (Number.isNaN(firstAt)) firstAt = part.at[row]!;
    const dueMs = part.at[row]! - firstAt;
    if (dueMs > forMs) break;
    await pause(Math.max(0, startedAt + dueMs - performance.now()));
    const one = running.write(running.encode([{ part, row }]));
    // A failure is told at the end, with the others.
    one.catch(() => undefined);
    written.push(one);
  }
  await Promise.all(written);
}
