import type { QuantityName, Value } from '@hearth/contract';

/** One message's worth of readings as it arrived. */
export interface Arrival {
  device: string;
  /** The device's own counters; null where it has none (a radio sensor), then (series, at) tells repeats. */
  key: { boot: number; seq: number } | null;
  /** When it was measured, and when it reached us. Unix ms. */
  at: number;
  receivedAt: number;
  isLate: boolean;
  values: { [Q in QuantityName]?: Value };
  faults?: { [Q in QuantityName]?: string } | undefined;
}

/** What became of an arrival: `duplicate` when (device, boot, seq) was stored before. */
export type Fate = 'stored' | 'duplicate';

/** A series: one quantity of one device. */
export interface SeriesName {
  device: string;
  quantity: QuantityName;
}

/** The newest reading of a series by `at`. */
export interface LatestReading extends SeriesName {
  value: Value;
  at: number;
  receivedAt: number;
  isLate: boolean;
  fault?: string;
}

/** How much there is of a series: its first and last instant (of its blocks), and how many readings. */
export interface SeriesExtent extends SeriesName {
  first: number;
  last: number;
  count: number;
}

/**
 * Buckets of one series, column by column, in order of time. Buckets are epoch-aligned `[start, start +
 * widthMs)`, or days of the time zone that was asked for; empty ones are left out. Booleans count as 0 and 1, choices
 * as their index; nulls as no reading. Sums of decimals are exact.
 */
export interface Points extends SeriesName {
  widthMs: number;
  start: Float64Array;
  count: Float64Array;
  min: Float64Array;
  max: Float64Array;
  sum: Float64Array;
  last: Float64Array;
  /** For how long of the bucket its readings speak: each until the next, unless that comes too late. */
  coveredMs: Float64Array;
  /** Of a switch: the stretch of time that each bucket's readings speak for, and for how long of it it was on, ms. */
  on?: { from: Float64Array; to: Float64Array; ms: Float64Array };
}

/** Readings of one series as they were measured, in order of time. NaN is a null (a failed sensor). */
export interface RawReadings extends SeriesName {
  at: Float64Array;
  value: Float64Array;
}

/** How far one device's numbered readings have come, and what never came. */
export interface Progress {
  device: string;
  /** The newest (boot, seq) stored: what a receipt says. */
  boot: number;
  seq: number;
  /** Readings missing between the first and the last of each boot. */
  missing: number;
  duplicates: number;
}

/** Which of a device's encrypted messages were taken: the newest counter, and those within 64 of it. */
export interface ReplayWindow {
  device: string;
  /** Names the key that is counted for: a new one begins anew. */
  key: string;
  boot: number;
  seq: number;
  /** 64 bits; bit n is for `seq - n`. */
  seen: bigint;
}

/** Readings `first` to `last` of one boot that are stored, both included. */
export interface Span {
  device: string;
  boot: number;
  first: number;
  last: number;
}

/** Numbers `first` to `last` of one boot that never came, between readings that were measured at `from` and `to`. */
export interface Gap {
  boot: number;
  first: number;
  last: number;
  from: number;
  to: number;
}

/** What went wrong on one day; `start` is its midnight. */
export interface DayCount {
  start: number;
  missing: number;
  duplicates: number;
}

/**
 * For how many days readings and rollups are kept; null is for ever, and without a word another rule counts. One that
 * names a device outdoes one that names a quantity. Whole blocks of at most thirty days are deleted, so some days more
 * are kept.
 */
export interface RetentionRule {
  device?: string;
  quantity?: QuantityName;
  readingsDays?: number | null;
  rollupsDays?: number | null;
}

/** The hash of the chain over all that was sealed until then: kept elsewhere, it shows later that nothing was changed. */
export interface Digest {
  at: number;
  /** SHA-256, in hex. */
  digest: string;
}

/** How deleting by the rules goes. */
export interface RetentionState {
  lastRunAt: number | null;
  /** Deleted since this process opened the store. */
  readings: number;
  /** Why nothing is deleted at the moment; null where nothing is in the way. */
  waits: string | null;
}

/** How much room a series takes, and how fast that grows: bytes a day as they stand on disk, measured of late. */
export interface SeriesUsage extends SeriesName {
  readings: number;
  bytes: number;
  readingsBPerDay: number;
  rollupsBPerDay: number;
}

/** Room on the disk. What is not sealed yet is not in the series: a new home's rates are known after a day. */
export interface Usage {
  usedB: number;
  /** Null where a server keeps the readings, which does not tell. */
  freeB: number | null;
  series: SeriesUsage[];
}

/** How writing goes, as health tells it. */
export interface StoreState {
  /** False from a refused commit until the next one that succeeds. */
  isWritable: boolean;
  /** Values stored since this process opened the store. */
  readings: number;
  lastCommitMs: number | null;
  problem?: string;
}

/** What the store says in the log; a pino logger fits. */
export interface StoreLog {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Series of readings that survive kill -9 and power loss once `append` has resolved. */
export interface Store extends AsyncDisposable {
  /**
   * Stores a batch and resolves when it is on disk, one fate per arrival in order.
   * Calls that wait share one commit. A later arrival for the same series and `at` corrects the value.
   * The windows of the encrypted messages that brought them move in the same commit.
   * @throws {StoreWriteError} when the disk refuses; nothing of the batch is stored then and it may be given
   * again.
   * @throws {TypeError} for values that the contract does not have (a bug of the caller); nothing is stored.
   */
  append(arrivals: readonly Arrival[], windows?: readonly ReplayWindow[]): Promise<Fate[]>;
  /** Likewise, of arrivals that were packed on another thread. */
  appendPacked(packed: Uint8Array<ArrayBuffer>): Promise<Fate[]>;
  /** The newest reading of every series, by device and quantity. */
  latest(): Promise<LatestReading[]>;
  /**
   * At most `count` buckets for each series in `[from, to)`, in the order asked, all of one width: the
   * smallest of the ladder that serves. A range that is not aligned may touch one bucket more. Edge buckets
   * count only what lies within `[from, to)`.
   */
  points(query: {
    series: readonly SeriesName[];
    from: number;
    to: number;
    count: number;
    /** Buckets of days and more begin at midnight there (a week's on Monday), an IANA name; without one, in UTC. */
    timeZone?: string;
    /** A reading speaks for the time until the next, unless that comes later: 20 min, or what is longer, an hour at least. */
    holdMs?: number;
  }): Promise<Points[]>;
  /** Every series, by device and quantity. */
  extents(): Promise<SeriesExtent[]>;
  /** Everything in `[from, to)`. */
  raw(query: SeriesName & { from: number; to: number }): Promise<RawReadings>;
  /** Of every device that numbers its readings, by device. */
  progress(): Promise<Progress[]>;
  /** What is missing of a device and what came again, day by day; the days without either are left out. */
  days(query: { device: string; from: number; to: number; timeZone?: string }): Promise<DayCount[]>;
  /** What is missing of a device within its boots, in order of time. */
  gaps(device: string): Promise<Gap[]>;
  usage(): Promise<Usage>;
  /** Keeps these rules from now on, and deletes what they say in the background; the rules are not remembered. */
  retain(rules: readonly RetentionRule[]): Promise<void>;
  retention(): Promise<RetentionState>;
  /** Of each day on which anything was sealed, the newest first; a year's at most. */
  digests(): Promise<Digest[]>;
  /** As they were given last with each device. */
  windows(): Promise<ReplayWindow[]>;
  /** What came of each device's newest boot: by device and number, with a gap between any two. */
  spans(): Promise<Span[]>;
  /**
   * Keeps these devices' readings and forgets their numbers: for a new device that takes over the name of a
   * former one, and whose first (boot, seq) would else be taken for a repeat.
   */
  beginAnew(devices: readonly string[]): Promise<void>;
  /** Deletes all series and counters of these devices. */
  forget(devices: readonly string[]): Promise<void>;
  /**
   * Seals all that is hot, so that the database alone has everything until now: for a backup.
   * @throws {StoreWriteError}
   */
  seal(): Promise<void>;
  /** How writing goes, without a look at the disk. */
  state(): StoreState;
  /** Stores what waits, then closes; calls after it are a bug and reject. */
  close(): Promise<void>;
}
