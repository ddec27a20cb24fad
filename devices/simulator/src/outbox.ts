import type { Reading } from '@hearth/contract';
import type { Clock } from './clock.ts';
import { isUpTo, type LedgerEvent, type LedgerSink } from './ledger.ts';
import type { Measured } from './requests.ts';
import type { Spool } from './spool.ts';

export interface OutboxOptions {
  device: string;
  /** This start's number. */
  boot: number;
  spool: Spool;
  clock: Clock;
  ledger?: LedgerSink | undefined;
  /** Nobody sends receipts: a reading is done with at its PUBACK. */
  isWithoutReceipts?: boolean | undefined;
  /** Sends one reading on the present connection; `onSettled` tells of its PUBACK, or with false that none will come. */
  send(reading: Reading, onSettled: (isAcknowledged: boolean) => void): void;
}

/** Readings on their way at once: brokers stop reading from a client with too many. */
const inFlightMax = 16;
/** Without a receipt for this long the readings are sent again, then after twice this, and so on. */
const receiptWaitMs = 60_000;
const receiptWaitMaxMs = 900_000;
/** Instants that are equal or run ahead by less than this are of one moment; by more, the clock was set back. */
const sameInstantMs = 100;
/** A reading that goes out this long after it was measured came from the buffer. */
const lateAfterMs = 2000;

/** Numbers a device's readings and sends them in order, until each has its receipt. */
export class Outbox {
  readonly #options: OutboxOptions;
  #boot: number;
  #seq = 0;
  #lastAt = 0;
  #isOpen = false;
  /** Index in the buffer of the next reading to go out, and how many went out without a PUBACK. */
  #next = 0;
  #inFlight = 0;
  /** Readings of this boot up to here are late: made before this connection, or sent once already. */
  #lateUpToSeq = 0;
  #waitingSince = 0;
  #waitMs = receiptWaitMs;
  #newestSent: { boot: number; seq: number };

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#boot = options.boot;
    // All earlier boots count as sent; a first boot has sent nothing yet.
    this.#newestSent = { boot: options.boot - 1, seq: options.boot > 1 ? Infinity : 0 };
  }

  /** Number of the newest reading of this boot; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  get boot(): number {
    return this.#boot;
  }

  /** Begins to send, on a new connection, from the oldest reading without a receipt. */
  open(): void {
    this.#isOpen = true;
    this.#inFlight = 0;
    this.#waitMs = receiptWaitMs;
    this.#sendAgain();
  }

  /** The connection is gone: readings wait. */
  close(): void {
    this.#isOpen = false;
  }

  /** Takes a measurement as the next reading. Two within one millisecond are told apart by one. */
  record({ at: measuredAt, values }: Measured): void {
    const { spool } = this.#options;
    const sinceLastMs = measuredAt - this.#lastAt;
    const at = sinceLastMs <= 0 && sinceLastMs > -sameInstantMs ? this.#lastAt + 1 : measuredAt;
    this.#lastAt = at;
    const reading = { boot: this.#boot, seq: ++this.#seq, at, values };
    this.#note('made', reading);
    const oldest = spool.get(0);
    if (spool.add(reading) > 0) {
      this.#next = Math.max(0, this.#next - 1);
      this.#note('dropped', { boot: oldest!.boot, seq: oldest!.seq });
    }
    this.#pump();
  }

  /**
   * Drops what the platform has stored.
   * @returns false for a receipt of what was never sent: this device has lost its count.
   */
  takeReceipt(receipt: { boot: number; seq: number }): boolean {
    if (!isUpTo(receipt, this.#newestSent)) return false;
    const released = this.#options.spool.release(receipt);
    this.#next = Math.max(0, this.#next - released);
    // Also one that releases nothing says that the platform is there and may wait for what is missing.
    this.#waitMs = receiptWaitMs;
    if (released > 0) this.#waitingSince = this.#options.clock.now();
    this.#note('receipted', receipt);
    return true;
  }

  /** Begins a boot; what waits keeps its numbers. */
  startBoot(boot: number): void {
    this.#boot = boot;
    this.#seq = 0;
    this.#lateUpToSeq = 0;
  }

  /** Begins a boot of which nothing was sent; what waits becomes part of it. */
  renumber(boot: number): void {
    const { spool } = this.#options;
    this.#boot = boot;
    for (let i = 0; i < spool.length; i++) {
      const from = { boot: spool.get(i)!.boot, seq: spool.get(i)!.seq };
      this.#note('renumbered', { boot, seq: i + 1, from });
    }
    spool.renumber(boot);
    this.#seq = spool.length;
    this.#newestSent = { boot: boot - 1, seq: Infinity };
  }

  /** Sends again what has waited too long for its receipt; to be called now and then. */
  tick(): void {
    const hasWaitedMs = this.#options.clock.now() - this.#waitingSince;
    if (!this.#isOpen || this.#next === 0 || this.#inFlight > 0 || hasWaitedMs < this.#waitMs) return;
    this.#waitMs = Math.min(receiptWaitMaxMs, this.#waitMs * 2);
    this.#sendAgain();
  }

  #sendAgain(): void {
    this.#next = 0;
    this.#lateUpToSeq = this.#seq;
    this.#pump();
  }

  #pump(): void {
    while (this.#isOpen && this.#inFlight < inFlightMax && this.#next < this.#options.spool.length) {
      if (this.#next === 0) this.#waitingSince = this.#options.clock.now();
      this.#sendOne(this.#next++);
    }
  }

  #sendOne(index: number): void {
    const reading = this.#options.spool.get(index)!;
    const { boot, seq, at } = reading;
    const isOld = boot !== this.#boot || seq <= this.#lateUpToSeq;
    const isLate = isOld || this.#options.clock.now() - at > lateAfterMs;
    if (isUpTo(this.#newestSent, reading)) this.#newestSent = { boot, seq };
    this.#inFlight += 1;
    this.#note('sent', { boot, seq });
    this.#options.send(isLate ? { ...reading, late: true } : reading, (isAcknowledged) => {
      this.#inFlight -= 1;
      this.#note(isAcknowledged ? 'acknowledged' : 'withheld', { boot, seq });
      if (this.#options.isWithoutReceipts) this.#settle();
      this.#pump();
    });
  }

  /** Without receipts: what went out is done with when nothing of it is on its way any more. */
  #settle(): void {
    const last = this.#inFlight === 0 ? this.#options.spool.get(this.#next - 1) : undefined;
    if (last) this.#next -= this.#options.spool.release(last);
  }

  #note(what: LedgerEvent['what'], event: Omit<LedgerEvent, 'device' | 'what'>): void {
    this.#options.ledger?.note({ device: this.#options.device, what, ...event });
  }
}
