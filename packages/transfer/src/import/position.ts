/** How far the reading of a file is: all before it was taken in. */
export interface Position {
  /** The next byte of a text file, row of Parquet, or row id of a database. */
  offset: number;
  /** Lines or rows before it, for reports. */
  row: number;
  /** Of a database: its states, and then its statistics. */
  table: 'states' | 'statistics';
}

/** Where every file begins. */
export const startOfFile: Position = { offset: 0, row: 0, table: 'states' };

/** A place where the reading may stop and go on later, and the share of the file that is behind it, 0 to 1. */
export interface Mark {
  position: Position;
  share: number;
}
