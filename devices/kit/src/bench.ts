import type { About, QuantityName, Request, Response, SetValues } from '@hearth/contract';
import { setTimeout as wait } from 'node:timers/promises';
import type { Door } from './door.ts';
import type { Hand } from './hand.ts';
import type { Link } from './link.ts';
import { readFields, type Log, type Said } from './log.ts';
import type { Power } from './power.ts';

/** A device that is connected and has said a reading. */
export interface Up {
  link: Link;
  /** The number of this connection, as the device counts. */
  conn: number;
  boot: number;
}

/** A request and its answer. */
export interface Answer {
  /** Of the run, and Unix ms. */
  sentAt: number;
  sentAtUnix: number;
  said: Said<'response'>;
  body: Partial<Response>;
}

/** How long a device may take to answer. ms */
const answerWithinMs = 2000;
/** A device is given up when it does not try again for this long, or for this much longer than its last pause. */
const patienceMinMs = 5000;
const patienceTimes = 4;
/** A device that was switched on has so long to try for the first time. ms */
const startPatienceMs = 30_000;
/** So many connections without a reading are enough. */
const triesMax = 5;

/** What a check works with: the broker, the log, and the device at the other end. */
export class Bench {
  readonly log: Log;
  readonly door: Door;
  readonly home: string;
  readonly device: string;
  readonly secret: string;
  readonly isPlain: boolean;
  readonly isQuick: boolean;
  /** Null for a device that the kit cannot switch off. */
  readonly power: Power | null;
  /** Null where nobody can touch the device. */
  readonly hand: Hand | null;
  #requests = 0;
  /** It was given up, also after it was switched off and on. */
  #isLost = false;

  constructor(
    parts: Pick<
      Bench,
      'log' | 'door' | 'home' | 'device' | 'secret' | 'isPlain' | 'isQuick' | 'power' | 'hand'
    >,
  ) {
    this.log = parts.log;
    this.door = parts.door;
    this.home = parts.home;
    this.device = parts.device;
    this.secret = parts.secret;
    this.isPlain = parts.isPlain;
    this.isQuick = parts.isQuick;
    this.power = parts.power;
    this.hand = parts.hand;
  }

  /** The newest manifest; an empty one where there is none. */
  get about(): Partial<About> {
    return this.log.said('about').at(-1)?.body ?? {};
  }

  /** What one request may ask for of all that the device has. */
  get askable(): QuantityName[] {
    return (Object.keys(this.about.quantities ?? {}) as QuantityName[]).slice(0, 16);
  }

  /** The longest time between two readings that the manifest names. ms */
  get periodMs(): number {
    const periods = Object.values(this.about.quantities ?? {}).map((one) => one?.periodMs ?? 0);
    return Math.max(...periods) || 10_000;
  }

  /** The device where it is up at present. */
  get up(): Up | null {
    const link = this.door.links.findLast(({ closedAt }) => closedAt === null);
    return link ? this.#upOn(link) : null;
  }

  /** A device that the kit runs has ended by itself. */
  get hasEnded(): boolean {
    return this.power?.isOn === false;
  }

  /** Waits until the device is up on a connection after this one; null when it gives up, or never gets so far. */
  async back(after: Link | null): Promise<Up | null> {
    const find = (): Up | null => {
      const { up } = this;
      return up && up.link !== after ? up : null;
    };
    const began = this.log.entries.length;
    for (let tries = 0; tries < triesMax;) {
      const found = await this.log.until(() => find() ?? (this.hasEnded && 'ended'), this.#patienceMs());
      if (found === 'ended') return null;
      if (found) return found;
      const before = tries;
      tries = this.log.entries.slice(began).filter(({ what }) => what === 'opened').length;
      if (tries === before) return null;
    }
    return null;
  }

  /** The device, up; switched on again where it does not come back by itself. */
  async ready(): Promise<Up | null> {
    if (this.#isLost) return this.up;
    if (this.hasEnded) this.powerOn();
    let up = await this.back(null);
    if (!up && this.power) {
      await this.powerCut();
      this.powerOn();
      up = await this.back(null);
    }
    this.#isLost = up === null;
    return up;
  }

  /** Ends the connection without a word, and waits until the device is up on a new one. */
  async reconnect(): Promise<Up | null> {
    const { up } = this;
    up?.link.cut();
    return this.back(up?.link ?? null);
  }

  powerOn(): void {
    this.log.note({ link: 0, from: 'kit', what: 'power', words: 'on' });
    this.power?.start();
  }

  async powerCut(): Promise<void> {
    this.log.note({ link: 0, from: 'kit', what: 'power', words: 'cut' });
    await this.power?.cut();
  }

  /** An id for a request that was not used before. */
  nextId(): string {
    return `kit-${++this.#requests}`;
  }

  /** Sends a request that obeys the contract and waits for its answer; null when none comes in time. */
  async ask(
    what: Pick<Request, 'get' | 'set'>,
    more: Partial<Request> = {},
    withinMs = answerWithinMs,
  ): Promise<Answer | null> {
    const conn = this.up?.conn ?? 0;
    const id = more.id ?? this.nextId();
    return this.answerTo(id, JSON.stringify({ id, conn, ...what, ...more }), withinMs);
  }

  set(values: SetValues): Promise<Answer | null> {
    return this.ask({ set: values });
  }

  /** Sends these bytes as a request and waits for an answer with this id. */
  async answerTo(id: string, payload: string, withinMs = answerWithinMs): Promise<Answer | null> {
    const sentAt = this.log.now();
    const sentAtUnix = Date.now();
    this.door.publish('request', payload);
    const find = () => this.log.said('response', sentAt).find(({ body }) => body.id === id);
    const said = await this.log.until(find, withinMs);
    return said && { sentAt, sentAtUnix, said, body: said.body };
  }

  /** The first reading from now on that is as wanted; null when none comes in time. */
  reading(
    isWanted: (reading: Said<'reading'>) => boolean,
    withinMs: number,
    since = this.log.now(),
  ): Promise<Said<'reading'> | null> {
    return this.log.until(() => this.log.said('reading', since).find(isWanted), withinMs);
  }

  pause(ms: number): Promise<void> {
    return wait(ms);
  }

  #upOn(link: Link): Up | null {
    const { openedAt, number } = link;
    const isHere = ({ entry }: Said) => entry.link === number;
    const reading = this.log.said('reading', openedAt).find(isHere);
    if (!reading) return null;
    const status = this.log.said('status', openedAt).find(isHere)?.body;
    const will = readFields(Buffer.from(link.connect?.will?.payload ?? '')) as { conn?: number };
    return { link, conn: status?.conn ?? will.conn ?? 1, boot: status?.boot ?? reading.body.boot ?? 0 };
  }

  #patienceMs(): number {
    const last = this.log.entries.findLast(({ what }) => what === 'opened' || what === 'power');
    if (last?.words === 'on') return startPatienceMs;
    const opened = this.log.entries.filter(({ what }) => what === 'opened').slice(-2);
    const [before, after] = opened;
    const pauseMs = before && after ? after.at - before.at : 0;
    return Math.max(patienceMinMs, Math.min(patienceTimes * pauseMs, 130_000));
  }
}
