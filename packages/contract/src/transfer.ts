import { Type, type Static } from 'typebox';
import { DeviceId, Instant, RequestId } from './ids.ts';
import { QuantityName } from './quantities.ts';
import { closed, nullable } from './shorthand.ts';

/** Formats that readings leave in; all of them come in again. */
export const exportFormats = ['csv', 'jsonl', 'parquet'] as const;
export const ExportFormat = Type.Enum([...exportFormats]);
export type ExportFormat = Static<typeof ExportFormat>;

/** What an export of each format is sent as. @see RFC 4180; jsonlines.org; parquet.apache.org */
export const exportMediaTypes = {
  csv: 'text/csv',
  jsonl: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
} as const satisfies Record<ExportFormat, string>;

/** Formats that readings come in by: ours, InfluxDB's line protocol, and Home Assistant's recorder database. */
export const importFormats = [...exportFormats, 'line-protocol', 'home-assistant'] as const;
export const ImportFormat = Type.Enum([...importFormats]);
export type ImportFormat = Static<typeof ImportFormat>;

/** A share of what there is to do. */
const share = Type.Number({ minimum: 0, maximum: 1 });
const count = Type.Integer({ minimum: 0 });
const bytes = Type.Integer({ minimum: 0, description: 'Bytes.' });

export const ExportQuery = Type.Object(
  {
    format: ExportFormat,
    devices: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9-]+(,[a-z0-9-]+)*$',
        maxLength: 4000,
        description: 'Device ids, comma-separated; all when left out.',
        examples: ['hall-thermostat,kitchen-heater'],
      }),
    ),
    quantities: Type.Optional(
      Type.String({
        pattern: '^[a-zA-Z]+(,[a-zA-Z]+){0,31}$',
        description: 'Quantities, comma-separated; all when left out.',
        examples: ['temperature,setpoint'],
      }),
    ),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    id: Type.Optional(RequestId),
  },
  closed,
);
export type ExportQuery = Static<typeof ExportQuery>;

/** How a job ended, or that it has not. */
const endings = ['done', 'cancelled', 'failed'] as const;

/** An export that runs, or ended a short while ago. */
export const ExportJob = Type.Object({
  id: RequestId,
  format: ExportFormat,
  state: Type.Enum(['running', ...endings]),
  share,
  readings: count,
  bytes,
  startedAt: Instant,
  endedAt: nullable(Instant),
});
export type ExportJob = Static<typeof ExportJob>;

/** Why a reading of a file is not taken. */
export const skipReasons = [
  // What a line is.
  'line-too-long',
  'encoding',
  'columns',
  'quotes',
  'json',
  'line',
  // What it says.
  'time',
  'device',
  'quantity',
  'unit',
  'value',
  'range',
  'unavailable',
  // What becomes of it.
  'not-mapped',
  'not-wanted',
  'too-many-devices',
  'not-kept',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** Readings that were skipped for one reason, with the first few that differ. */
export const Skipped = Type.Object({
  reason: Type.Enum([...skipReasons]),
  count,
  examples: Type.Array(
    Type.Object({
      row: Type.Integer({ minimum: 0, description: 'Line, row, or row id of the database.' }),
      got: Type.String(),
      expected: Type.String(),
    }),
  ),
});
export type Skipped = Static<typeof Skipped>;

/** A name in a file, and the series that its readings go to; null where nothing of Hearth fits. */
export const ImportSource = Type.Object({
  source: Type.String({ examples: ['climate.hall#temperature'] }),
  device: nullable(DeviceId),
  quantity: nullable(QuantityName),
  readings: count,
});
export type ImportSource = Static<typeof ImportSource>;

/** What became of the readings of a file: read = stored + already there + skipped. */
export const ImportReport = Type.Object({
  read: count,
  stored: count,
  alreadyThere: count,
  skipped: Type.Array(Skipped),
  sources: Type.Array(ImportSource, { description: 'The first 1,000.' }),
});
export type ImportReport = Static<typeof ImportReport>;

/** Where the readings of one source go: null leaves them out; what is not said stays as Hearth has it. */
const ImportTarget = nullable(
  Type.Object(
    {
      device: Type.Optional(DeviceId),
      quantity: Type.Optional(QuantityName),
      unit: Type.Optional(Type.String({ maxLength: 16, description: 'Unit of the file’s numbers.' })),
    },
    closed,
  ),
);

/** By the name of a source in the file, as the report has it. */
export const ImportMapping = Type.Record(Type.String({ maxLength: 512 }), ImportTarget, {
  maxProperties: 1000,
});
export type ImportMapping = Static<typeof ImportMapping>;

export const importModes = ['store', 'try'] as const;

export const ImportQuery = Type.Object(
  {
    format: ImportFormat,
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 120,
        pattern: '^[^\\u0000-\\u001f\\u007f]*$',
        description: 'What a person calls the file.',
      }),
    ),
    mode: Type.Optional(
      Type.Enum([...importModes], {
        default: 'store',
        description: 'With `try` nothing is stored: the report says what would be.',
      }),
    ),
  },
  closed,
);
export type ImportQuery = Static<typeof ImportQuery>;

/** The import of one file: it outlives the process, and goes on where it was. */
export const ImportJob = Type.Object({
  id: RequestId,
  name: Type.String(),
  format: ImportFormat,
  mode: Type.Enum([...importModes]),
  state: Type.Enum(['waiting', 'running', ...endings]),
  share,
  bytes: Type.Integer({ minimum: 0, description: 'Size of the file.' }),
  report: ImportReport,
  problem: nullable(Type.String({ description: 'Why it failed, or what it waits for.' })),
  canStart: Type.Boolean({ description: 'Its file is kept, and it does not run: it can be started.' }),
  createdAt: Instant,
  endedAt: nullable(Instant),
});
export type ImportJob = Static<typeof ImportJob>;

export const StartImport = Type.Object({ mapping: Type.Optional(ImportMapping) }, closed);

/** How far a transfer is, for a progress bar. What else there is to know of it is fetched. */
export const TransferEvent = Type.Object({
  kind: Type.Enum(['export', 'import']),
  id: RequestId,
  state: Type.Enum(['waiting', 'running', ...endings]),
  share,
});
export type TransferEvent = Static<typeof TransferEvent>;
