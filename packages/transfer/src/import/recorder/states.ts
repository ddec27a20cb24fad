import {
  climateAttributes,
  climateValue,
  isNoState,
  sayClimate,
  sayEntity,
  splitEntityId,
} from '../entities.ts';
import type { Intake } from '../intake.ts';
import { limits } from '../limits.ts';
import { createAttributes, temperatureUnitOf, type Attributes } from './attributes.ts';
import { columnOr, shortText, type RowTime, timeColumns, timeOf } from './columns.ts';
import type { RecorderDatabase } from './open.ts';

interface StateRow extends RowTime {
  id: number;
  metadataId: number | null;
  entityId: string | null;
  state: string | number | null;
  attributesId: number | null;
  attributes: string | null;
}

/** Rows read at a time. */
const pageRows = 2000;

/** Reads states in the order of their row ids. */
export interface StatesReader {
  /** Takes in the rows after `id`, a page of them, and gives the last one's id; null when there are no more. */
  takePage(id: number): number | null;
}

/** Entity ids by their number in `states_meta`; empty in databases from before 2023. */
export function entityIds({ db, has }: RecorderDatabase): Map<number, string> {
  if (!has('states_meta', 'entity_id')) return new Map();
  return new Map(
    db
      .prepare<[], [number, string]>(
        `SELECT metadata_id, ${shortText('entity_id')} FROM states_meta LIMIT ${limits.entitiesMax}`,
      )
      .raw()
      .all(),
  );
}

export function createStatesReader(recorder: RecorderDatabase, intake: Intake): StatesReader {
  const { db, has } = recorder;
  const ids = entityIds(recorder);
  const attributes = createAttributes(recorder);
  const homeUnit = temperatureUnitOf(recorder);
  const own = has('states', 'attributes')
    ? `CASE WHEN octet_length(attributes) <= ${limits.attributesMaxBytes} THEN attributes END`
    : 'NULL';
  const page = db.prepare<[number], StateRow>(
    `SELECT state_id AS id, ${columnOr(recorder, 'states', 'metadata_id')} AS metadataId,
            ${has('states', 'entity_id') ? shortText('entity_id') : 'NULL'} AS entityId,
            ${shortText('state')} AS state, ${timeColumns(recorder, 'states', 'last_updated')},
            ${columnOr(recorder, 'states', 'attributes_id')} AS attributesId, ${own} AS attributes
       FROM states WHERE state_id > ? ORDER BY state_id LIMIT ${pageRows}`,
  );

  function take(row: StateRow): void {
    const entity = (row.metadataId === null ? null : ids.get(row.metadataId)) ?? row.entityId;
    if (entity === null || entity === '')
      return intake.skip('device', row.id, row.metadataId, 'a state of an entity that has a name');
    if (isNoState(row.state)) return intake.skip('unavailable', row.id, `${entity} ${row.state}`, 'a state');
    const [domain] = splitEntityId(entity);
    const isLooked = domain === 'sensor' || domain === 'binary_sensor' || domain === 'climate';
    const facts = isLooked ? attributes.of(row.attributesId, row.attributes) : null;
    if (domain === 'climate' && facts) takeClimate(row, entity, facts);
    else
      intake.take(
        {
          ...sayEntity(entity, facts ?? { unit: null, deviceClass: null }),
          at: timeOf(row),
          value: row.state,
        },
        row.id,
      );
  }

  /** What a climate entity says of itself, its state being its mode: each a reading. */
  function takeClimate(row: StateRow, entity: string, { climate }: Attributes): void {
    const at = timeOf(row);
    for (const attribute of climateAttributes) {
      const value = attribute === 'hvac_mode' ? row.state : climate.get(attribute);
      if (value === undefined) continue;
      intake.take(
        { ...sayClimate(entity, attribute, homeUnit), at, value: climateValue(attribute, value) },
        row.id,
      );
    }
  }

  return {
    takePage(id) {
      const rows = page.all(id);
      for (const row of rows) take(row);
      return rows.at(-1)?.id ?? null;
    },
  };
}
