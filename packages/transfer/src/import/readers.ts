import type { ImportFormat } from '@hearth/contract';
import { readCsv } from './read-csv.ts';
import { readJsonLines } from './read-json-lines.ts';
import { readLineProtocol } from './read-line-protocol.ts';
import { readParquet } from './read-parquet.ts';
import type { Reader } from './reader.ts';
import { readRecorder } from './recorder/read-recorder.ts';

/** What reads a file of each format. */
export const readers: Record<ImportFormat, Reader> = {
  csv: readCsv,
  jsonl: readJsonLines,
  parquet: readParquet,
  'line-protocol': readLineProtocol,
  'home-assistant': readRecorder,
};
