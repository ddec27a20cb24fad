import type { RecorderDatabase } from './open.ts';

/** A row's time: seconds since 1970, or text in UTC where the row is older. */
export interface RowTime {
  seconds: number | null;
  text: string | null;
}

/** A column where the table has it, else null. */
export const columnOr = ({ has }: RecorderDatabase, table: string, column: string): string =>
  has(table, column) ? column : 'NULL';

/** A text column of at most 255 bytes, as Home Assistant declares them: longer values are never loaded. */
export const shortText = (column: string): string =>
  `CASE WHEN octet_length(${column}) <= 255 THEN ${column} END`;

/** The columns of {@link RowTime}, of a time that is called so; its seconds came in 2023. */
export function timeColumns({ has }: RecorderDatabase, table: string, name: string): string {
  const seconds = has(table, `${name}_ts`) ? `${name}_ts` : 'NULL';
  return `${seconds} AS seconds, ${has(table, name) ? shortText(`"${name}"`) : 'NULL'} AS text`;
}

/** A row's time as an intake reads it. */
export function timeOf({ seconds, text }: RowTime): number | string {
  if (typeof seconds === 'number') return Math.round(seconds * 1000);
  return typeof text === 'string' && text !== '' ? `${text}Z` : '';
}
