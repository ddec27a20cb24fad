import type { Intake } from '../intake.ts';
import type { Mark, Position } from '../position.ts';
import { explained, openRecorder, type RecorderDatabase } from './open.ts';
import { createStatesReader } from './states.ts';
import { createStatisticsReader } from './statistics.ts';

/** The tables in the order in which they are read. */
const order = ['states', 'statistics'] as const;
const readers = { states: createStatesReader, statistics: createStatisticsReader };

/** The recorder database of Home Assistant, `home-assistant_v2.db`: its states, then older statistics, by row id. */
export async function* readRecorder(path: string, from: Position, intake: Intake): AsyncGenerator<Mark> {
  using recorder = openRecorder(path);
  try {
    const last = {
      states: lastId(recorder, 'states', 'state_id'),
      statistics: lastId(recorder, 'statistics', 'id'),
    };
    const whole = last.states + last.statistics;
    let { offset, row } = from;
    for (const table of order.slice(order.indexOf(from.table))) {
      const before = table === 'states' ? 0 : last.states;
      const reader = readers[table](recorder, intake);
      for (let id = reader.takePage(offset); id !== null; id = reader.takePage(offset)) {
        offset = id;
        row++;
        yield { position: { table, offset, row }, share: Math.min((before + id) / whole, 1) };
      }
      offset = 0;
    }
  } catch (error) {
    throw explained(error);
  }
}

function lastId({ db, has }: RecorderDatabase, table: string, column: string): number {
  if (!has(table, column)) return 0;
  return db.prepare<[], number | null>(`SELECT max(${column}) FROM ${table}`).pluck().get() ?? 0;
}
