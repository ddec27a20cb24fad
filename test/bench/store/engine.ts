import type { Device, Message } from './data-set.ts';
import type { Answer, Question } from './questions.ts';

/** A database that is measured: how it is run on a folder of its own, and what its files take. */
export interface Engine {
  /** As figures name it, and as people read it. */
  name: string;
  title: string;
  /** Why it cannot be run here; null where it can. */
  problem(): string | null;
  /** Starts its server on what the folder holds; a new one is made ready for use. */
  start(folder: string): Promise<Running>;
  /** What the readings take once it has stopped, all that belongs to them included. */
  sizeB(folder: string): number;
  /** Instants are rounded to it; 1 where they are kept as they are. */
  stampMs?: number;
  /** The range that an answer may differ by, relative. What keeps less than every reading answers approximately. */
  tolerance?: number;
}

/** An engine's server; disposing stops it, and its folder stays. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  /** Puts in the messages of the data set, or so many of them. */
  load(devices: readonly Device[], atMost?: number): Promise<void>;
  /** Resolves when they are as they stay for years: merged, sealed, vacuumed, whatever it does in time by itself. */
  settle(): Promise<void>;
  /** One question over TCP, until the numbers are there to draw. */
  ask(question: Question): Promise<Answer>;
  /** Messages as they go to it in one request. All are of devices with the quantities of a thermostat. */
  encode(messages: readonly Message[]): Uint8Array;
  /** Resolves when it has acknowledged them. */
  write(body: Uint8Array): Promise<void>;
}
