import type { Intake } from './intake.ts';
import { readLines } from './lines.ts';
import type { Mark, Position } from './position.ts';
import { neededColumns, takeRow, type TableRow } from './table-row.ts';

const expected = 'an object with time, device, quantity and value';

/** JSON Lines: an object a line, with the columns of our table as fields; others are not looked at. @see jsonlines.org */
export async function* readJsonLines(path: string, from: Position, intake: Intake): AsyncGenerator<Mark> {
  let row = from.row;
  for await (const { lines, end, size } of readLines(path, from.offset)) {
    for (const line of lines) {
      row++;
      if (typeof line === 'string') takeLine(intake, line, row);
      else intake.skip(line.reason, row, line.got, 'a line of UTF-8 of at most 8,192 characters');
    }
    yield { position: { ...from, offset: end, row }, share: end / size };
  }
}

/** The length of a line bounds what it can nest. */
function takeLine(intake: Intake, line: string, row: number): void {
  if (line === '') return;
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return intake.skip('json', row, line, expected);
  }
  if (!isRow(fields)) return intake.skip('columns', row, line, expected);
  takeRow(intake, fields, row);
}

function isRow(fields: unknown): fields is TableRow {
  return (
    typeof fields === 'object' &&
    fields !== null &&
    neededColumns.every((name) => Object.hasOwn(fields, name))
  );
}
