import { RefusalError } from '../answering.ts';
import { fromCsvField } from '../csv-field.ts';
import type { Intake } from './intake.ts';
import { readLines } from './lines.ts';
import type { Mark, Position } from './position.ts';
import { neededColumns, takeRow } from './table-row.ts';
import { shown } from './values.ts';

const delimiters = [',', ';', '\t'] as const;

/** Where the columns stand, and what stands between them. */
interface Heading {
  delimiter: string;
  at: Map<string, number>;
  width: number;
}

/**
 * CSV with a line of names that has time, device, quantity and value, in any order; a unit may be there, others are
 * not looked at. A record is one line, so that a quote that is never closed costs that line alone.
 * @see RFC 4180
 */
export async function* readCsv(path: string, from: Position, intake: Intake): AsyncGenerator<Mark> {
  const heading = await readHeading(path);
  let row = from.row;
  for await (const { lines, end, size } of readLines(path, from.offset)) {
    for (const line of lines) {
      row++;
      if (row === 1) continue; // the names
      if (typeof line === 'string') takeLine(intake, heading, line, row);
      else intake.skip(line.reason, row, line.got, 'a line of UTF-8 of at most 8,192 characters');
    }
    yield { position: { ...from, offset: end, row }, share: end / size };
  }
}

/** @throws {RefusalError} when the first line does not name the columns */
async function readHeading(path: string): Promise<Heading> {
  let first = '';
  for await (const { lines } of readLines(path, 0)) {
    const [line] = lines;
    first = typeof line === 'string' ? line : (line?.got ?? '');
    break;
  }
  for (const delimiter of delimiters) {
    const names = fieldsOf(first, delimiter)?.map((name) => name.trim().toLowerCase()) ?? [];
    const at = new Map(names.map((name, index) => [name, index]));
    if (neededColumns.every((name) => at.has(name))) return { delimiter, at, width: names.length };
  }
  const wanted = neededColumns.join(', ');
  throw new RefusalError(
    'not-this-format',
    `The first line must name the columns ${wanted}. It is: ${shown(first)}`,
  );
}

function takeLine(intake: Intake, { delimiter, at, width }: Heading, line: string, row: number): void {
  if (line === '') return;
  const fields = fieldsOf(line, delimiter);
  if (fields === null) return intake.skip('quotes', row, line, 'quotes that are closed on their line');
  if (fields.length !== width) return intake.skip('columns', row, line, `${width} columns`);
  const cell = (name: string): string | undefined => fields[at.get(name) ?? -1];
  const [time, device, quantity, value] = neededColumns.map(cell);
  takeRow(intake, { time, device, quantity, value, unit: cell('unit') }, row);
}

/** The fields of a record; null when a quote is not closed, or text follows one. */
function fieldsOf(line: string, delimiter: string): string[] | null {
  if (!line.includes('"')) return line.split(delimiter).map(fromCsvField);
  const fields: string[] = [];
  for (let start = 0; start <= line.length;) {
    if (line[start] !== '"') {
      const end = endOfField(line, delimiter, start);
      fields.push(fromCsvField(line.slice(start, end)));
      start = end + 1;
      continue;
    }
    const close = closingQuote(line, start + 1);
    if (close < 0 || (close + 1 < line.length && line[close + 1] !== delimiter)) return null;
    fields.push(fromCsvField(line.slice(start + 1, close).replaceAll('""', '"')));
    start = close + 2;
  }
  return fields;
}

function endOfField(line: string, delimiter: string, start: number): number {
  const end = line.indexOf(delimiter, start);
  return end < 0 ? line.length : end;
}

/** The first quote from `start` on that is not doubled. */
function closingQuote(line: string, start: number): number {
  for (let at = line.indexOf('"', start); at >= 0; at = line.indexOf('"', at + 2))
    if (line[at + 1] !== '"') return at;
  return -1;
}
