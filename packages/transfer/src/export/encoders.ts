import type { ExportFormat } from '@hearth/contract';
import type { Encoder } from './encoder.ts';
import { createParquetEncoder } from './parquet-encoder.ts';
import { createCsvEncoder, createJsonLinesEncoder } from './text-encoder.ts';

/** What makes a file of each format; each makes one. */
export const encoders: Record<ExportFormat, () => Encoder> = {
  csv: createCsvEncoder,
  jsonl: createJsonLinesEncoder,
  parquet: createParquetEncoder,
};
