import {
  deviceReads,
  deviceTopic,
  messageRules,
  parseDeviceTopic,
  type DeviceCredential,
  type Messages,
  type Reading,
  type Status,
} from '@hearth/contract';
import type { Random } from '@hearth/heat';
import { after, type Clock } from './clock.ts';
import { openGate, type Gate } from './gate.ts';
import { Meter } from './meter.ts';
import { Session } from './session.ts';
import type { DeviceTrouble } from './trouble.ts';

type Written = 'about' | 'status' | 'reading' | 'response';

/** How a device is let in at its broker. */
export interface Login extends DeviceCredential {
  /** Its id if not set; empty for a broker that lets everybody in. */
  username?: string;
}

export interface LinkOptions {
  credential: Login;
  /** Authority (PEM) of an `mqtts:` broker; the public ones if not set. */
  ca?: string | undefined;
  keepaliveS: number;
  clock: Clock;
  /** Spreads the tries of many devices. */
  random: Random;
  /** Where connections wait for their turn; none if not set. */
  gate?: Gate | undefined;
  /** Counts what goes over all wires; its own if not set. */
  meter?: Meter | undefined;
  /** What is wrong with this device, as it changes. */
  trouble: DeviceTrouble;
  /** The status that names a connection; with `online` false it is the will. */
  status(online: boolean, conn: number): Status;
  /** Connected and subscribed. */
  onUp(): void;
  onDown(): void;
  onMessage(kind: 'receipt' | 'request', payload: Uint8Array, isRetained: boolean): void;
  /** The broker refuses these credentials. */
  onRefused(reason: string): void;
}

const retryMinMs = 100;
const retryMaxMs = 15_000;
/** How long an orderly goodbye may take before the socket is just closed. */
const goodbyeMs = 1500;

/** How long to wait before another try: doubles with each failure, plus a random part of up to as much again. ms */
export function retryPauseMs(failures: number, random: Random): number {
  const pauseMs = Math.min(retryMaxMs / 2, retryMinMs * 2 ** (failures - 1));
  return pauseMs + random() * pauseMs;
}

/**
 * One device's connection to the broker, made again after growing pauses whenever it breaks. Every connection is a
 * session of its own: what must be sent again is in the device's buffer.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #meter: Meter;
  readonly #gate: Gate;
  #session: Session | null = null;
  #conn = 0;
  #wasUp = true;
  #failures = 0;
  #isClosed = false;
  #isOffAir = false;
  #isOpening = false;
  #isUp = false;
  #inFlight = 0;
  /** A reading that waits until the next one is gone. */
  #overtaken: (() => void) | null = null;
  #stopWaiting = (): void => {};

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#meter = options.meter ?? new Meter();
    this.#gate = options.gate ?? openGate;
    this.#queue();
  }

  /** Number of the present connection, from 1. */
  get conn(): number {
    return this.#conn;
  }

  /**
   * Publishes on a topic of the device's own, as far as its faults allow. `onSettled` is called with true at the PUBACK
   * and with false for what a fault kept back; never for a connection that broke.
   */
  publish<K extends Written>(
    kind: K,
    message: Messages[K],
    onSettled: (isAcknowledged: boolean) => void = () => {},
  ): void {
    const session = this.#session;
    if (!session?.isUp) return;
    const { wire, garble } = this.#options.trouble;
    const isReading = kind === 'reading';
    const payload = isReading && garble ? garble(message as Reading) : JSON.stringify(message);
    const send = (): void => {
      if (this.#session === session) this.#send(session, kind, payload, () => onSettled(true));
    };
    if (!isReading) return send();
    if (wire?.kind === 'drop') return onSettled(false);
    if (wire?.kind === 'delay') return void after(this.#options.clock, wire.ms, send);
    if (wire?.kind === 'reorder' && !this.#overtaken) return void (this.#overtaken = send);
    if (wire?.kind === 'duplicate') this.#send(session, kind, payload, () => {});
    send();
    this.#overtaken?.();
    this.#overtaken = null;
  }

  /** Breaks the socket without a DISCONNECT, as a pulled plug does. */
  cut(): void {
    this.#session?.destroy();
  }

  /** Nothing gets through from now on, and neither end is told. */
  freeze(): void {
    this.#session?.freeze();
  }

  /** Out of reach until `returnToAir`: broken without a word, and not tried again. */
  leaveAir(): void {
    if (this.#isOffAir) return;
    this.#isOffAir = true;
    this.#stopWaiting();
    this.#setOpening(false);
    this.#lost(this.#session);
  }

  returnToAir(): void {
    if (!this.#isOffAir) return;
    this.#isOffAir = false;
    this.#failures = 0;
    if (this.#isClosed) return;
    // Not in its turn at the gate: after a power cut all come at once.
    this.#setOpening(true);
    this.#open();
  }

  /** The next connection has number 1: the device has a new boot. */
  beginAnew(): void {
    this.#conn = 0;
    this.#wasUp = true;
  }

  /** Ends the connection in order and begins again at number 1: the device has a new boot. */
  async restart(): Promise<void> {
    await this.#leave();
    this.beginAnew();
    if (!this.#isClosed && !this.#isOffAir) this.#queue();
  }

  /** Says offline, disconnects and stays so. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#leave(this.#options.status(false, this.#conn));
  }

  #queue(): void {
    this.#setOpening(true);
    this.#stopWaiting = this.#gate.enter(() => this.#open());
  }

  #open(): void {
    // A number names a connection that was up; one that never came to be leaves it unused.
    if (this.#wasUp) this.#conn += 1;
    this.#wasUp = false;
    const { credential, ca, keepaliveS, trouble } = this.#options;
    const { id, home, secret, brokerUrl, username = id } = credential;
    const session: Session = new Session({
      url: brokerUrl,
      ca,
      clientId: id,
      username,
      password: secret,
      keepaliveS,
      will: this.#letter('status', JSON.stringify(this.#options.status(false, this.#conn))),
      topics: deviceReads.map((kind) => deviceTopic(home, id, kind)),
      onUp: () => {
        this.#setOpening(false);
        this.#wasUp = true;
        this.#failures = 0;
        this.#isUp = true;
        this.#meter.up += 1;
        if (!trouble.isBirthless) this.#options.onUp();
      },
      onMessage: (topic, payload, isRetained) => {
        const kind = parseDeviceTopic(topic)?.kind;
        if (this.#session !== session || (kind !== 'receipt' && kind !== 'request')) return;
        this.#meter.received += 1;
        this.#options.onMessage(kind, payload, isRetained);
      },
      onRefused: (reason) => {
        this.#meter.refused += 1;
        this.#options.onRefused(reason);
      },
      onClosed: () => this.#lost(session),
    });
    this.#session = session;
  }

  #setOpening(isOpening: boolean): void {
    if (isOpening !== this.#isOpening) this.#meter.opening += isOpening ? 1 : -1;
    this.#isOpening = isOpening;
  }

  #lost(session: Session | null): void {
    if (!session || this.#session !== session) return;
    this.#drop();
    session.destroy();
    this.#options.onDown();
    if (this.#isOffAir) return;
    const waitMs = retryPauseMs(++this.#failures, this.#options.random);
    this.#stopWaiting = after(this.#options.clock, waitMs, () => this.#queue());
  }

  /** Lets go of the present session. */
  #drop(): void {
    if (this.#isUp) this.#meter.up -= 1;
    this.#isUp = false;
    this.#session = null;
    this.#overtaken = null;
    this.#setOpening(false);
    this.#meter.broken += this.#inFlight;
    this.#inFlight = 0;
  }

  async #leave(last?: Status): Promise<void> {
    this.#stopWaiting();
    const session = this.#session;
    this.#setOpening(false);
    if (!session) return;
    this.#drop();
    this.#options.onDown();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, goodbyeMs);
      const disconnect = (): void =>
        session.end(() => {
          clearTimeout(timer);
          resolve();
        });
      if (last && session.isUp) session.publish(this.#letter('status', JSON.stringify(last)), disconnect);
      else disconnect();
    });
    session.destroy();
  }

  #letter(kind: Written, payload: string | Buffer) {
    const { id, home } = this.#options.credential;
    const { qos, isRetained } = messageRules[kind];
    return { topic: deviceTopic(home, id, kind), payload, qos, isRetained };
  }

  #send(session: Session, kind: Written, payload: string | Buffer, onAcknowledged: () => void): void {
    const sentAt = performance.now();
    this.#meter.sent += 1;
    this.#inFlight += 1;
    session.publish(this.#letter(kind, payload), () => {
      if (this.#session === session) {
        this.#meter.acknowledged += 1;
        this.#meter.latency.add(performance.now() - sentAt);
        this.#inFlight -= 1;
      }
      onAcknowledged();
    });
  }
}
