import { open } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  parquetMetadataAsync,
  parquetRead,
  snappyUncompress,
  type AsyncBuffer,
  type Compressors,
  type DecodedArray,
  type FileMetaData,
  type RowGroup,
  type SchemaElement,
} from 'hyparquet';
import { RefusalError } from '../answering.ts';
import type { Intake } from './intake.ts';
import { limits } from './limits.ts';
import type { Mark, Position } from './position.ts';
import { neededColumns, takeRow } from './table-row.ts';

/** A value may stand in one column, or by its kind in one of three, as we write it. */
const valueColumns = ['value', 'is_on', 'choice'] as const;
const knownColumns = new Set<string>([...neededColumns, ...valueColumns, 'unit']);

/** Rows between two marks. */
const markRows = 5000;

/**
 * Parquet with a column each for time, device, quantity and value; a unit may be there, others are not looked at. A
 * row group is held in memory at a time.
 */
export async function* readParquet(path: string, from: Position, intake: Intake): AsyncGenerator<Mark> {
  await using file = await openFile(path);
  const metadata = await readMetadata(file.buffer);
  const names = columnsOf(metadata);
  const whole = Number(metadata.num_rows);
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + rowsOf(group);
    if (groupEnd > from.offset) {
      const columns = await readGroup(file.buffer, metadata, { names, groupStart, groupEnd });
      for (let row = Math.max(groupStart, from.offset); row < groupEnd;) {
        const stop = Math.min(row + markRows, groupEnd);
        for (; row < stop; row++) takeRow(intake, rowOf(columns, row - groupStart), row + 1);
        yield { position: { ...from, offset: row, row }, share: Math.min(row / whole, 1) };
      }
    }
    groupStart = groupEnd;
  }
}

type Columns = ReadonlyMap<string, DecodedArray>;

function rowOf(columns: Columns, index: number) {
  const cell = (name: string): unknown => columns.get(name)?.[index] ?? null;
  const value = valueColumns.map(cell).find((each) => each !== null) ?? null;
  return {
    time: cell('time'),
    device: cell('device'),
    quantity: cell('quantity'),
    value,
    unit: cell('unit'),
  };
}

async function openFile(path: string): Promise<AsyncDisposable & { buffer: AsyncBuffer }> {
  const file = await open(path);
  const { size } = await file.stat();
  const buffer: AsyncBuffer = {
    byteLength: size,
    async slice(start, end = size) {
      // Offsets come from the file itself, and may be anything.
      const [first, last] = [Math.min(Math.max(start, 0), size), Math.min(end, size)];
      if (last - first > limits.columnMaxBytes) throw tooLarge();
      const bytes = Buffer.alloc(Math.max(last - first, 0));
      await file.read(bytes, 0, bytes.length, first);
      return bytes.buffer;
    },
  };
  return { buffer, [Symbol.asyncDispose]: () => file.close() };
}

const tooLarge = (): RefusalError =>
  new RefusalError(
    'too-large',
    'A row group of this file is too large to be held in memory: write it anew with row groups of 100,000 rows.',
  );

async function readMetadata(file: AsyncBuffer): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(file);
  } catch (error) {
    throw refusalOf('This is not a Parquet file', error);
  }
}

/** @throws {RefusalError} when a column is missing, or the times do not say of which zone they are */
function columnsOf({ schema }: FileMetaData): string[] {
  const leaves = schema
    .slice(1)
    .filter(({ num_children: children, name }) => !children && knownColumns.has(name));
  const names = leaves.map(({ name }) => name);
  const missing = neededColumns.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new RefusalError('not-this-format', `The file has no column ${missing.join(', ')} at its top.`);
  if (leaves.some((leaf) => leaf.name === 'time' && isLocal(leaf)))
    throw new RefusalError(
      'not-this-format',
      'The column time says nothing of its time zone: write it in UTC.',
    );
  return names;
}

function isLocal({ logical_type: type }: SchemaElement): boolean {
  return type?.type === 'TIMESTAMP' && !type.isAdjustedToUTC;
}

function rowsOf({ num_rows: rows, columns }: RowGroup): number {
  const count = Number(rows);
  const isLarge = columns.some(
    ({ meta_data: meta }) => Number(meta?.total_uncompressed_size) > limits.columnMaxBytes,
  );
  if (!(count >= 0 && count <= limits.groupRowsMax) || isLarge) throw tooLarge();
  return count;
}

async function readGroup(
  file: AsyncBuffer,
  metadata: FileMetaData,
  { names, groupStart, groupEnd }: { names: string[]; groupStart: number; groupEnd: number },
): Promise<Columns> {
  const pieces = new Map<string, DecodedArray[]>(names.map((name) => [name, []]));
  try {
    await parquetRead({
      file,
      metadata,
      columns: names,
      rowStart: groupStart,
      rowEnd: groupEnd,
      compressors,
      parsers,
      onChunk: ({ columnName, columnData }) => pieces.get(columnName)?.push(columnData),
    });
  } catch (error) {
    throw error instanceof RefusalError ? error : refusalOf('The file is damaged', error);
  }
  return new Map(Array.from(pieces, ([name, chunks]) => [name, joined(chunks)]));
}

function joined(chunks: readonly DecodedArray[]): DecodedArray {
  return chunks.length === 1 ? chunks[0]! : chunks.flatMap((chunk) => Array.from<unknown>(chunk));
}

/** Times as Unix ms; what has no time as its type stays a number, and its size says its scale. */
const parsers = {
  timestampFromMilliseconds: (ms: bigint): number => Number(ms),
  timestampFromMicroseconds: (us: bigint): number => Number(us / 1000n),
  timestampFromNanoseconds: (ns: bigint): number => Number(ns / 1_000_000n),
};

type Unpack = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/** A page says how long it is, unpacked: it may lie, and it is held to that. */
const bounded =
  (unpack: Unpack) =>
  (bytes: Uint8Array, length: number): Uint8Array => {
    if (length > limits.pageMaxBytes) throw tooLarge();
    return length === 0 ? new Uint8Array(0) : unpack(bytes, { maxOutputLength: length });
  };

const compressors: Compressors = {
  SNAPPY: bounded((bytes, { maxOutputLength }) => {
    const page = new Uint8Array(maxOutputLength);
    snappyUncompress(bytes, page);
    return page;
  }),
  GZIP: bounded(gunzipSync),
  ZSTD: bounded(zstdDecompressSync),
  BROTLI: bounded(brotliDecompressSync),
};

function refusalOf(what: string, error: unknown): RefusalError {
  const said = error instanceof Error ? error.message : String(error);
  return new RefusalError(what.includes('damaged') ? 'damaged' : 'not-this-format', `${what}: ${said}.`, {
    cause: error,
  });
}
