import { sayEntity } from '../entities.ts';
import type { Intake } from '../intake.ts';
import { columnOr, shortText, timeColumns, timeOf, type RowTime } from './columns.ts';
import type { RecorderDatabase } from './open.ts';
import { entityIds } from './states.ts';

interface StatisticRow extends RowTime {
  id: number;
  metadataId: number | null;
  mean: number | null;
  state: number | null;
}

interface Statistic {
  /** The entity's id, or the name of a statistic from outside. */
  entity: string | null;
  unit: string | null;
}

const pageRows = 2000;
const hourMs = 3_600_000;

/** Reads hourly statistics, of the time that the states no longer reach back to. */
export interface StatisticsReader {
  /** As {@link StatesReader.takePage}. */
  takePage(id: number): number | null;
}

export function createStatisticsReader(recorder: RecorderDatabase, intake: Intake): StatisticsReader {
  const { db, has } = recorder;
  if (!has('statistics', 'metadata_id') || !has('statistics_meta', 'statistic_id'))
    return { takePage: () => null };
  const statistics = statisticsOf(recorder);
  const firstStates = firstStatesOf(recorder);
  const page = db.prepare<[number], StatisticRow>(
    `SELECT id, metadata_id AS metadataId, ${timeColumns(recorder, 'statistics', 'start')},
            ${columnOr(recorder, 'statistics', 'mean')} AS mean, ${columnOr(recorder, 'statistics', 'state')} AS state
       FROM statistics WHERE id > ? ORDER BY id LIMIT ${pageRows}`,
  );

  function take(row: StatisticRow): void {
    const { entity, unit } = statistics.get(row.metadataId ?? -1) ?? { entity: null, unit: null };
    if (entity === null) return intake.skip('device', row.id, row.metadataId, 'a statistic that has a name');
    const start = instantOf(timeOf(row));
    // A mean is of the whole hour, a meter's state of its end.
    const at = Number.isNaN(start) ? '' : start + (row.mean === null ? hourMs : hourMs / 2);
    if (typeof at === 'number' && at >= (firstStates.get(entity) ?? Infinity)) return;
    const value = row.mean ?? row.state;
    if (value === null) return intake.skip('unavailable', row.id, entity, 'a mean or a state');
    const said = sayEntity(asEntity(entity), { unit, deviceClass: null });
    const quantity = intake.quantityOf(entity) ?? said.quantity;
    intake.take({ ...said, name: entity, quantity, at, value }, row.id);
  }

  return {
    takePage(id) {
      const rows = page.all(id);
      for (const row of rows) take(row);
      return rows.at(-1)?.id ?? null;
    },
  };
}

/** Statistics from outside, `tibber:consumption`, are of no entity. */
const asEntity = (id: string): string => (id.includes(':') ? `sensor.${id.replace(':', '_')}` : id);

function instantOf(time: number | string): number {
  return typeof time === 'number' ? time : Date.parse(time.replace(' ', 'T'));
}

/** By their numbers. */
function statisticsOf(recorder: RecorderDatabase): Map<number, Statistic> {
  const unit = recorder.has('statistics_meta', 'unit_of_measurement')
    ? shortText('unit_of_measurement')
    : 'NULL';
  const rows = recorder.db
    .prepare<[], { id: number; entity: string | null; unit: string | null }>(
      `SELECT id, ${shortText('statistic_id')} AS entity, ${unit} AS unit FROM statistics_meta LIMIT 50000`,
    )
    .all();
  return new Map(rows.map(({ id, ...statistic }) => [id, statistic]));
}

/** When the states of each entity begin, Unix ms. */
function firstStatesOf(recorder: RecorderDatabase): Map<string, number> {
  const { db, has } = recorder;
  const ids = entityIds(recorder);
  const firsts = new Map<string, number>();
  const note = (entity: string | undefined, at: number | null): void => {
    if (entity !== undefined && at !== null && at < (firsts.get(entity) ?? Infinity)) firsts.set(entity, at);
  };
  for (const key of ['metadata_id', 'entity_id'].filter((column) => has('states', column)))
    for (const time of ['last_updated_ts', 'last_updated'].filter((column) => has('states', column))) {
      const grouped = db.prepare<[], [number | string, number | string | null]>(
        `SELECT ${key}, min(${time}) FROM states WHERE ${key} IS NOT NULL AND ${time} IS NOT NULL GROUP BY ${key} LIMIT 50000`,
      );
      for (const [entity, first] of grouped.raw().iterate())
        note(
          typeof entity === 'number' ? ids.get(entity) : entity,
          typeof first === 'number' ? first * 1000 : instantOf(`${first}Z`),
        );
    }
  return firsts;
}
