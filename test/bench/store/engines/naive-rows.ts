import { join } from 'node:path';
import Database from 'better-sqlite3';
import { columnsOf } from '../columns.ts';
import { thermostatQuantities } from '../data-set.ts';
import type { Shelf } from '../shelf.ts';
import { decodeRows, type ThermostatRows } from './thermostat-rows.ts';

/** Rows of one transaction while the data set is loaded. */
const loadBatch = 100_000;

/** What most begin with: a row a reading, names as text, and an index. WAL and synchronous=NORMAL. */
export function openNaiveRows(folder: string): Shelf {
  const db = new Database(join(folder, 'readings.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec(`
    CREATE TABLE IF NOT EXISTS reading (device TEXT NOT NULL, metric TEXT NOT NULL, ts INTEGER NOT NULL, value REAL);
    CREATE INDEX IF NOT EXISTS reading_series ON reading (device, metric, ts);`);
  const insert = db.prepare('INSERT INTO reading VALUES (?, ?, ?, ?)');
  const newest = db
    .prepare('SELECT ts, value FROM reading WHERE device = ? AND metric = ? ORDER BY ts DESC LIMIT 1')
    .raw();
  const raw = db
    .prepare(
      'SELECT ts, value FROM reading WHERE device = ? AND metric = ? AND ts >= ? AND ts < ? ORDER BY ts',
    )
    .raw();
  const points = db
    .prepare(
      `SELECT ts / CAST(@widthMs AS INTEGER) * CAST(@widthMs AS INTEGER), min(value), avg(value), max(value)
       FROM reading WHERE device = @device AND metric = @quantity AND ts >= @from AND ts < @to GROUP BY 1 ORDER BY 1`,
    )
    .raw();
  const names = findSeries(db);
  const writeAll = db.transaction(({ device, at, values }: ThermostatRows) => {
    for (const [row, number] of device.entries())
      for (const [i, metric] of thermostatQuantities.entries())
        insert.run(`room-${number}`, metric, at[row], values[i]![row]);
  });

  return {
    async load(messages) {
      let rows = 0;
      db.pragma('synchronous = OFF');
      db.exec('BEGIN');
      for (const { part, row } of messages) {
        const { device, at, values } = part;
        for (const [i, quantity] of device.quantities.entries())
          insert.run(device.name, quantity, at[row], values[i]![row]);
        rows += device.quantities.length;
        if (rows >= loadBatch) {
          db.exec('COMMIT; BEGIN');
          rows = 0;
        }
      }
      db.exec('COMMIT');
      db.pragma('synchronous = NORMAL');
    },
    async ask(question) {
      if (question.kind === 'latest')
        return columnsOf(
          names.map((name) => newest.get(name) as number[]),
          2,
        );
      const { series, ...range } = question;
      if (question.kind === 'raw') {
        const { from, to } = range;
        return columnsOf(raw.all(series.device, series.quantity, from, to) as number[][], 2);
      }
      return columnsOf(points.all({ ...series, ...range }) as number[][], 4);
    },
    write: async (body) => writeAll(decodeRows(body)),
    settle: async () => undefined,
    close: async () => void db.close(),
  };
}

/** Device and metric of every series, by skips through the index. */
function findSeries(db: Database.Database): string[][] {
  const next = db
    .prepare(
      'SELECT device, metric FROM reading WHERE (device, metric) > (?, ?) ORDER BY device, metric LIMIT 1',
    )
    .raw();
  const found: string[][] = [];
  for (let last = ['', '']; ;) {
    const series = next.get(last) as string[] | undefined;
    if (!series) return found;
    found.push(series);
    last = series;
  }
}
