import type { RawReadings } from '@hearth/store';
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { factsOf, unitOf, valueOf } from '../words.ts';
import { nothing, type Encoder } from './encoder.ts';

/** Rows of a row group: readers hold one in memory, and so do we until it is full. */
const groupRows = 100_000;

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;

/**
 * A column of Parquet has one type, so a value stands in one of three: `value` has numbers, `is_on` switches,
 * `choice` words. All three are null for a failed sensor.
 */
const schema: SchemaElement[] = [
  { name: 'readings', num_children: 7 },
  {
    name: 'time',
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    repetition_type: 'REQUIRED',
  },
  { name: 'device', ...text, repetition_type: 'REQUIRED' },
  { name: 'quantity', ...text, repetition_type: 'REQUIRED' },
  { name: 'value', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  { name: 'is_on', type: 'BOOLEAN', repetition_type: 'OPTIONAL' },
  { name: 'choice', ...text, repetition_type: 'OPTIONAL' },
  { name: 'unit', ...text, repetition_type: 'OPTIONAL' },
];

/** The columns of the rows that wait for their row group. */
function emptyColumns() {
  return {
    time: [] as bigint[],
    device: [] as string[],
    quantity: [] as string[],
    value: [] as (number | null)[],
    is_on: [] as (boolean | null)[],
    choice: [] as (string | null)[],
    unit: [] as (string | null)[],
  };
}

/** Parquet with Snappy, which every reader knows. @see github.com/apache/parquet-format */
export function createParquetEncoder(): Encoder {
  const bytes = new ByteWriter();
  const parquet = new ParquetWriter({ writer: bytes, schema, createdBy: 'Hearth' });
  let columns = emptyColumns();

  function writeGroup(): void {
    if (columns.time.length === 0) return;
    const { time, ...others } = columns;
    const columnData = [
      // Instants that follow each other take 1 to 2 bytes by it in place of 6.
      { name: 'time', data: time, encoding: 'DELTA_BINARY_PACKED' as const },
      ...Object.entries(others).map(([name, data]) => ({ name, data })),
    ];
    void parquet.write({ columnData, rowGroupSize: groupRows });
    columns = emptyColumns();
  }

  /** What was written since; offsets in the file go on counting. */
  function taken(): Uint8Array<ArrayBuffer> {
    const piece = new Uint8Array(bytes.getBuffer());
    bytes.index = 0;
    return piece;
  }

  function put({ device, quantity, at, value }: RawReadings): void {
    const facts = factsOf(quantity);
    const unit = unitOf(quantity);
    for (let i = 0; i < at.length; i++) {
      const said = valueOf(facts, value[i]!);
      columns.time.push(BigInt(at[i]!));
      columns.device.push(device);
      columns.quantity.push(quantity);
      columns.value.push(typeof said === 'number' ? said : null);
      columns.is_on.push(typeof said === 'boolean' ? said : null);
      columns.choice.push(typeof said === 'string' ? said : null);
      columns.unit.push(unit);
      if (columns.time.length >= groupRows) writeGroup();
    }
  }

  return {
    begin: taken,
    add(slice) {
      put(slice);
      return bytes.index === 0 ? nothing : taken();
    },
    end() {
      writeGroup();
      void parquet.finish();
      return taken();
    },
  };
}
