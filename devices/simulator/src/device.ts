import { parseMessage, type About, type SetValues } from '@hearth/contract';
import type { Random } from '@hearth/heat';
import type { Log } from '@hearth/part';
import type { Clock } from './clock.ts';
import type { Gate } from './gate.ts';
import type { LedgerSink } from './ledger.ts';
import { Link, type Login } from './link.ts';
import type { Meter } from './meter.ts';
import { Outbox } from './outbox.ts';
import { createAnswerer, type Answerer, type Measured } from './requests.ts';
import type { Spool } from './spool.ts';
import type { DeviceTrouble } from './trouble.ts';

export interface DeviceOptions {
  credential: Login;
  /** Authority (PEM) of an `mqtts:` broker; the public ones if not set. */
  ca?: string | undefined;
  about: About;
  /** This start's number, already kept where a restart will find it. */
  boot: number;
  /** Keeps the boot that a device which had lost its count gave itself. */
  saveBoot(boot: number): void;
  /** Measures anew. */
  measure(): Measured;
  /** Applies and keeps absolute values that were checked. */
  set(values: SetValues): void;
  spool: Spool;
  keepaliveS: number;
  clock: Clock;
  random: Random;
  log: Log;
  ledger?: LedgerSink | undefined;
  /** Nobody sends receipts: a reading is done with at its PUBACK. */
  isWithoutReceipts?: boolean | undefined;
  gate?: Gate | undefined;
  meter?: Meter | undefined;
  onRefused?: (() => void) | undefined;
}

/** The largest boot of the contract. */
const bootMax = 2_147_483_647;

/** A device on the wire, connected from its making until it is disposed. */
export class VirtualDevice implements AsyncDisposable {
  readonly #options: DeviceOptions;
  readonly #outbox: Outbox;
  readonly #answerer: Answerer;
  readonly #link: Link;
  /** What is wrong with it; nothing at first. */
  readonly trouble: DeviceTrouble = { wire: null, garble: null, isBirthless: false, isDead: false };
  /** When it last started, Unix ms. */
  startedAt: number;
  #isOnline = false;

  constructor(options: DeviceOptions) {
    this.#options = options;
    this.startedAt = options.clock.now();
    this.#answerer = createAnswerer(options);
    this.#outbox = new Outbox({
      device: options.credential.id,
      boot: options.boot,
      spool: options.spool,
      clock: options.clock,
      ledger: options.ledger,
      isWithoutReceipts: options.isWithoutReceipts,
      send: (reading, onSettled) => this.#link.publish('reading', reading, onSettled),
    });
    this.#link = new Link({
      credential: options.credential,
      ca: options.ca,
      keepaliveS: options.keepaliveS,
      clock: options.clock,
      random: options.random,
      gate: options.gate,
      meter: options.meter,
      trouble: this.trouble,
      status: (online, conn) => ({ online, boot: this.#outbox.boot, conn }),
      onUp: () => this.#beBorn(),
      onDown: () => this.#rest(),
      onMessage: (kind, payload, isRetained) => {
        if (kind === 'receipt') this.#takeReceipt(payload);
        else if (!isRetained) this.#takeRequest(payload);
      },
      onRefused: (reason) => {
        options.log.warn({ device: this.id, reason }, 'the broker refuses this device');
        options.onRefused?.();
      },
    });
  }

  get id(): string {
    return this.#options.credential.id;
  }

  get boot(): number {
    return this.#outbox.boot;
  }

  get conn(): number {
    return this.#link.conn;
  }

  /** Birth is done on the present connection. */
  get isOnline(): boolean {
    return this.#isOnline;
  }

  /** How many readings have no receipt yet. */
  get waiting(): number {
    return this.#options.spool.length;
  }

  /** Takes a measurement as the next reading and sends it in its turn. */
  record(measured: Measured): void {
    if (!this.trouble.isDead) this.#outbox.record(measured);
  }

  /** Looks after what waits for a receipt; to be called now and then. */
  tick(): void {
    this.#outbox.tick();
  }

  /** Breaks the connection as a pulled plug does; it comes back by itself. */
  cut(): void {
    this.#link.cut();
  }

  /** Nothing gets through from now on, and neither end is told. */
  freeze(): void {
    this.#link.freeze();
  }

  /** Out of reach until it returns; it measures into its buffer meanwhile, unless it is dead. */
  leaveAir(): void {
    this.#link.leaveAir();
  }

  returnToAir(): void {
    this.#link.returnToAir();
  }

  /** Starts anew as after a power cut: the next boot, without a goodbye. What is in the buffer is still there. */
  reboot(): void {
    if (this.boot >= bootMax) return;
    this.#rest();
    this.startedAt = this.#options.clock.now();
    this.#outbox.startBoot(this.boot + 1);
    this.#options.saveBoot(this.boot);
    this.#link.beginAnew();
    this.#link.cut();
  }

  /** Says offline, disconnects and stays so. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link.close();
  }

  /** Birth: status, about, then readings: those from the buffer first, then a new one. */
  #beBorn(): void {
    this.#link.publish('status', { online: true, boot: this.boot, conn: this.conn });
    // The retained receipt comes before this PUBACK, so the buffer is sent from there.
    this.#link.publish('about', this.#options.about, () => {
      this.#isOnline = true;
      this.#outbox.open();
      this.record(this.#options.measure());
    });
  }

  #rest(): void {
    this.#isOnline = false;
    this.#outbox.close();
  }

  #takeReceipt(payload: Uint8Array): void {
    const receipt = parseMessage('receipt', payload);
    if (!receipt.ok || this.#outbox.takeReceipt(receipt.value)) return;
    const boot = receipt.value.boot + 1;
    if (boot > bootMax) return;
    this.#options.log.warn({ device: this.id, boot }, 'the platform knows a later life: a new boot begins');
    this.#options.saveBoot(boot);
    this.#rest();
    this.#outbox.renumber(boot);
    void this.#link.restart();
  }

  #takeRequest(payload: Uint8Array): void {
    this.#options.ledger?.note({ device: this.id, what: 'asked', boot: this.boot, seq: this.#outbox.seq });
    let didSet = false;
    const response = this.#answerer.answer(payload, this.conn, () => (didSet = true));
    if (response) this.#link.publish('response', response);
    if (didSet) this.record(this.#options.measure());
  }
}
