/** What a file may ask of us: it comes from people, and may be anything. */
export const limits = {
  /** Of a line of text, characters; ours take 100, a point of InfluxDB with many tags a few thousand. */
  lineMax: 8192,
  /** Devices of one file: a large building. */
  devicesMax: 1000,
  /** Sources that a report lists. */
  sourcesMax: 1000,
  /** Examples that it shows of one reason. */
  examplesMax: 5,
  /** Entities of a recorder database: a large home has some 3,000. */
  entitiesMax: 50_000,
  /** Attributes of a state, bytes: Home Assistant itself writes no more. */
  attributesMaxBytes: 16_384,
  /** Rows of a row group of Parquet, which is held in memory; what programs write by default has up to 1,048,576. */
  groupRowsMax: 2_000_000,
  /** Bytes of one column of a row group, and of one page, unpacked. */
  columnMaxBytes: 128_000_000,
  pageMaxBytes: 64_000_000,
  /** A reading may be this far ahead of our clock, as on the wire. */
  aheadMs: 5 * 60_000,
} as const;
