import { median, type Figure } from '../figure.ts';
import { createRooms, dayMs, endAt } from './data-set.ts';
import { hearth } from './engines.ts';
import type { Folders } from './folders.ts';
import type { Question } from './questions.ts';

/** The year chart may take so much of what it takes of the smallest store. */
const bar = 1.5;

const days = 365;
const asks = 31;

const question: Question = {
  kind: 'points',
  series: { device: 'room-01', quantity: 'temperature' },
  from: endAt - days * dayMs,
  to: endAt,
  widthMs: dayMs / 2,
};

/** One series' year while the store grows by rooms that were there for a year too: the same readings of each. */
export async function measureGrowth(folders: Folders, growthRooms: readonly number[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  const folder = folders.make('growth');
  let first = NaN;
  let before = 0;
  for (const rooms of growthRooms) {
    {
      await using running = await hearth.start(folder);
      await running.load(createRooms(rooms, days).slice(before));
      await running.settle();
    }
    before = rooms;
    await using running = await hearth.start(folder);
    const times: number[] = [];
    for (let i = 0; i < asks; i++) {
      const startedAt = performance.now();
      await running.ask(question);
      times.push(performance.now() - startedAt);
    }
    const value = median(times);
    if (Number.isNaN(first)) first = value;
    const readings = Math.round(rooms * 4 * days * 0.00864 * 0.995);
    figures.push({
      figure: `store.growth.${readings}M`,
      value,
      unit: 'ms',
      ...(value !== first && { peer: 'the smallest', ratio: value / first, bar, isBarOfRatio: true }),
    });
  }
  folders.remove(folder);
  return figures;
}
