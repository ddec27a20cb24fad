import { climateAttributes, type ClimateAttribute, type EntityFacts } from '../entities.ts';
import { limits } from '../limits.ts';
import type { RecorderDatabase } from './open.ts';

/** What matters of a state's attributes. */
export interface Attributes extends EntityFacts {
  climate: ReadonlyMap<ClimateAttribute, unknown>;
}

const none: Attributes = { unit: null, deviceClass: null, climate: new Map() };

/** Sets of attributes kept: states share them, and an entity's seldom change. */
const keptMax = 10_000;

/** Looks attributes up: in a table of their own since 2022, in each state before. */
export function createAttributes({ db, has }: RecorderDatabase) {
  const kept = new Map<number, Attributes>();
  const find = has('state_attributes', 'shared_attrs')
    ? db
        .prepare<[number], string | null>(
          `SELECT CASE WHEN octet_length(shared_attrs) <= ${limits.attributesMaxBytes} THEN shared_attrs END
             FROM state_attributes WHERE attributes_id = ?`,
        )
        .pluck()
    : null;

  return {
    /** By the place of a shared set, or of the text that the state has of its own. */
    of(id: number | null, own: string | null): Attributes {
      if (id === null || !find) return parseAttributes(own);
      let found = kept.get(id);
      if (found === undefined) {
        if (kept.size >= keptMax) kept.clear();
        found = parseAttributes(find.get(id) ?? null);
        kept.set(id, found);
      }
      return found;
    },
  };
}

/** Attributes that are no JSON say nothing. */
function parseAttributes(text: unknown): Attributes {
  if (typeof text !== 'string') return none;
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return none;
  }
  if (typeof parsed !== 'object' || parsed === null) return none;
  const word = (name: string): string | null => {
    const value = Object.hasOwn(parsed, name) ? parsed[name] : null;
    return typeof value === 'string' && value.length <= 64 ? value : null;
  };
  const climate = new Map<ClimateAttribute, unknown>();
  for (const name of climateAttributes)
    if (Object.hasOwn(parsed, name) && parsed[name] !== null) climate.set(name, parsed[name]);
  return { unit: word('unit_of_measurement'), deviceClass: word('device_class'), climate };
}

/** States that are looked through for a unit, where no table of attributes is. */
const lookedThrough = 100_000;

/** The temperature unit of the home, as its sensors have it; null when no sensor says. */
export function temperatureUnitOf({ db, has }: RecorderDatabase): '°C' | '°F' | null {
  const places = [
    has('statistics_meta', 'unit_of_measurement')
      ? 'SELECT 1 FROM statistics_meta WHERE unit_of_measurement = $unit LIMIT 1'
      : null,
    has('state_attributes', 'shared_attrs')
      ? 'SELECT 1 FROM state_attributes WHERE instr(shared_attrs, $json) > 0 LIMIT 1'
      : null,
    has('states', 'attributes')
      ? `SELECT 1 FROM (SELECT attributes FROM states LIMIT ${lookedThrough}) WHERE instr(attributes, $json) > 0 LIMIT 1`
      : null,
  ].filter((sql) => sql !== null);
  // A home in °F may have a sensor that keeps °C; the other way round is rarer still.
  for (const unit of ['°F', '°C'] as const)
    for (const sql of places) if (db.prepare(sql).get(parametersOf(sql, unit)) !== undefined) return unit;
  return null;
}

function parametersOf(sql: string, unit: string): Record<string, string> {
  return sql.includes('$unit') ? { unit } : { json: `"unit_of_measurement":"${unit}"` };
}
