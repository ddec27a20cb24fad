/** What a command did, for people and for programs. */
export interface Outcome {
  text: string;
  json: object;
  /** Nothing is wrong with what was looked at. */
  isGood: boolean;
}

/** Where a command works. */
export interface Workplace {
  dataDir: string;
  /** Null where the readings are not in a file. */
  readingsPath: string | null;
  /** Of the PostgreSQL that has them; null where they are in a file. */
  readingsUrl: string | null;
  /** Where backups are. */
  target: string;
  /** Paths that were typed are meant from here. */
  from: string;
  /** Says what goes on. */
  tell: (what: string) => void;
}
