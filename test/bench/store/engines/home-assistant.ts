import { join } from 'node:path';
import Database from 'better-sqlite3';
import { columnsOf } from '../columns.ts';
import { endAt, thermostatQuantities } from '../data-set.ts';
import type { Answer, Question } from '../questions.ts';
import type { Shelf } from '../shelf.ts';
import { recorderSchema } from './home-assistant-schema.ts';
import { createHours } from './hourly-statistics.ts';
import { decodeRows, type ThermostatRows } from './thermostat-rows.ts';

/** States of one transaction while the data set is loaded. */
const loadBatch = 100_000;

/** Home Assistant's recorder schema, without its Python. `changes`: only a state that differs is a
 * row, its default. With `commitMs` a write is acknowledged before its commit, which is how it waits for 5 s. */
export function openHomeAssistant(
  folder: string,
  { rows, commitMs = 0 }: { rows: 'changes' | 'all'; commitMs?: number },
): Shelf {
  const db = new Database(join(folder, 'home-assistant_v2.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -16384');
  db.exec(recorderSchema);
  const recorder = createRecorder(db, rows);
  const writeAll = ({ device, at, values }: ThermostatRows): void => {
    for (const [row, number] of device.entries())
      for (const [i, quantity] of thermostatQuantities.entries())
        recorder.record(`room-${number}`, quantity, at[row]!, values[i]![row]!);
  };
  const ask = createAsking(db);
  const waiting: ThermostatRows[] = [];
  const commit = (): void => db.transaction(() => waiting.splice(0).forEach(writeAll))();
  const timer = commitMs > 0 ? setInterval(commit, commitMs) : null;

  return {
    async load(messages) {
      db.pragma('synchronous = OFF');
      db.exec('BEGIN');
      let left = loadBatch;
      for (const { part, row } of messages) {
        for (const [i, quantity] of part.device.quantities.entries())
          left -= recorder.record(part.device.name, quantity, part.at[row]!, part.values[i]![row]!) ? 1 : 0;
        if (left > 0) continue;
        db.exec('COMMIT; BEGIN');
        left = loadBatch;
      }
      db.exec('COMMIT');
      db.pragma('synchronous = NORMAL');
    },
    ask: async (question) => ask(question),
    async write(body) {
      waiting.push(decodeRows(body));
      if (timer === null) commit();
    },
    settle: async () => recorder.endHours(),
    async close() {
      if (timer) clearInterval(timer);
      commit();
      db.close();
    },
  };
}

const entityOf = (device: string, quantity: string): string =>
  `${quantity === 'heating' ? 'binary_sensor' : 'sensor'}.${device.replace('-', '_')}_${quantity}`;

/** What the recorder knows of an entity. After a restart it writes no hours here: nobody asks for them then. */
interface Entity {
  id: number;
  attributesId: number | bigint;
  stateId: number | bigint | null;
  value: number;
  addToHours: (at: number, value: number) => void;
}

function createRecorder(db: Database.Database, rows: 'changes' | 'all') {
  const insertMeta = db.prepare('INSERT INTO states_meta (entity_id) VALUES (?)');
  const insertAttributes = db.prepare('INSERT INTO state_attributes (hash, shared_attrs) VALUES (?, ?)');
  const insertStatisticsMeta = db.prepare(
    `INSERT INTO statistics_meta (id, statistic_id, source, has_mean, has_sum) VALUES (?, ?, 'recorder', 1, 0)`,
  );
  const insertState = db.prepare(
    `INSERT INTO states (state, last_updated_ts, old_state_id, attributes_id, origin_idx, context_id_bin, metadata_id)
     VALUES (?, ?, ?, ?, 0, ?, ?)`,
  );
  const knownState = db.prepare(
    `SELECT metadata_id AS id, attributes_id AS attributesId, state_id AS stateId
     FROM states_meta JOIN states USING (metadata_id) WHERE states_meta.entity_id = ?
     ORDER BY last_updated_ts DESC LIMIT 1`,
  );
  const insertHour = db.prepare(
    'INSERT INTO statistics (created_ts, metadata_id, start_ts, mean, min, max) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const entities = new Map<string, Entity>();
  let contexts = 0;

  /** A ULID: 48 bits of time, and 80 that are random in Home Assistant; here they count, spread over all bits. */
  const contextOf = (at: number): Buffer => {
    const context = Buffer.alloc(16);
    context.writeUIntBE(at, 0, 6);
    contexts += 1;
    for (let i = 6; i < 16; i += 2) context.writeUInt16BE(Math.imul(contexts, 40_503 + i * 2) >>> 16, i);
    return context;
  };
  const add = (device: string, quantity: string): Entity => {
    const entity = entityOf(device, quantity);
    const known = knownState.get(entity) as Pick<Entity, 'id' | 'attributesId' | 'stateId'> | undefined;
    if (known) return { ...known, value: NaN, addToHours: () => undefined };
    const id = Number(insertMeta.run(entity).lastInsertRowid);
    const isSensor = quantity !== 'heating';
    const attributes = isSensor
      ? {
          state_class: 'measurement',
          unit_of_measurement: '°C',
          device_class: quantity,
          friendly_name: entity,
        }
      : { device_class: 'heat', friendly_name: entity };
    const attributesId = insertAttributes.run(id * 2_654_435_761, JSON.stringify(attributes)).lastInsertRowid;
    if (isSensor) insertStatisticsMeta.run(id, entity);
    const addToHours = createHours(({ startAt, mean, min, max }) => {
      const start = startAt / 1000;
      if (isSensor) insertHour.run(start + 3610, id, start, mean, min, max);
    });
    return { id, attributesId, stateId: null, value: NaN, addToHours };
  };

  return {
    /** Whether the reading became a row. */
    record(device: string, quantity: string, at: number, value: number): boolean {
      const name = `${device} ${quantity}`;
      let entity = entities.get(name);
      if (!entity) entities.set(name, (entity = add(device, quantity)));
      if (rows === 'changes' && value === entity.value) return false;
      const state = quantity === 'heating' ? (value ? 'on' : 'off') : String(value);
      const { id, attributesId, stateId } = entity;
      entity.stateId = insertState.run(
        state,
        at / 1000,
        stateId,
        attributesId,
        contextOf(at),
        id,
      ).lastInsertRowid;
      entity.value = value;
      entity.addToHours(at, value);
      return true;
    },
    /** What the next run of statistics does when the last hour of the data is over. */
    endHours(): void {
      for (const { addToHours, value } of entities.values()) addToHours(endAt, value);
    },
  };
}

function createAsking(db: Database.Database): (question: Question) => Answer {
  const idOf = db.prepare('SELECT metadata_id FROM states_meta WHERE entity_id = ?').pluck();
  const latest = db
    .prepare(
      `SELECT last_updated_ts * 1000, state FROM states_meta AS meta JOIN states ON state_id = (
         SELECT state_id FROM states WHERE metadata_id = meta.metadata_id ORDER BY last_updated_ts DESC LIMIT 1)`,
    )
    .raw();
  const states = db
    .prepare(
      `SELECT last_updated_ts * 1000, state FROM states
       WHERE metadata_id = ? AND last_updated_ts >= ? AND last_updated_ts < ? ORDER BY last_updated_ts`,
    )
    .raw();
  const hours = db
    .prepare(
      `SELECT CAST(start_ts * 1000 AS INTEGER) / CAST(@widthMs AS INTEGER) * CAST(@widthMs AS INTEGER),
         min(min), avg(mean), max(max) FROM statistics
       WHERE metadata_id = @id AND start_ts >= @from AND start_ts < @to GROUP BY 1 ORDER BY 1`,
    )
    .raw();
  const numbered = ([at, state]: [number, string]): number[] => [
    at,
    state === 'on' ? 1 : state === 'off' ? 0 : Number(state),
  ];

  return (question) => {
    if (question.kind === 'latest') return columnsOf((latest.all() as [number, string][]).map(numbered), 2);
    const { series } = question;
    const [from, to] = [question.from / 1000, question.to / 1000];
    const id = idOf.get(entityOf(series.device, series.quantity));
    if (question.kind === 'raw')
      return columnsOf((states.all(id, from, to) as [number, string][]).map(numbered), 2);
    return columnsOf(hours.all({ id, from, to, widthMs: question.widthMs }) as number[][], 4);
  };
}
