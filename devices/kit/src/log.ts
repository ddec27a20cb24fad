import {
  parseDeviceTopic,
  parseMessage,
  type MessageKind,
  type Messages,
  type Parsed,
} from '@hearth/contract';
import type { IConnectPacket, IPublishPacket, Packet } from 'mqtt-packet';

/** What else than a packet can happen. */
type Event = 'opened' | 'closed' | 'broke-tls' | 'malformed' | 'power' | 'hand';

/** One thing that happened. */
export interface Entry {
  /** Milliseconds since the run began. */
  readonly at: number;
  /** Number of the connection, from 1; 0 for what has none. */
  readonly link: number;
  readonly from: 'device' | 'kit';
  /** A packet's name, or what happened besides. */
  readonly what: Packet['cmd'] | Event;
  readonly packet?: Packet;
  readonly words?: string;
}

/** A message that the device published on a topic of the contract. */
export interface Said<K extends MessageKind = MessageKind> {
  readonly entry: Entry;
  readonly kind: K;
  /** What the contract says to it. */
  readonly parsed: Parsed<Messages[K]>;
  /** Its fields, of whatever they are: each check looks for its own fault only. Empty for what is no JSON object. */
  readonly body: Partial<Messages[K]>;
  readonly publish: IPublishPacket;
  /** Unix ms by the kit's clock. */
  readonly heardAt: number;
}

/** A device that reports each second says some 2 MB in an hour. */
export const heardMaxBytes = 64_000_000;

/** All that happened in a run. */
export class Log {
  readonly entries: Entry[] = [];
  readonly #said: Said[] = [];
  readonly #beganAt = performance.now();
  readonly #waiting = new Set<() => void>();
  #heardBytes = 0;

  /** Milliseconds since the run began. */
  now(): number {
    return performance.now() - this.#beganAt;
  }

  /** Counts what came over the wire; whether there is room for it: all of it is kept. */
  hear(bytes: number): boolean {
    this.#heardBytes += bytes;
    return this.#heardBytes <= heardMaxBytes;
  }

  note(entry: Omit<Entry, 'at'>): void {
    const noted: Entry = { at: this.now(), ...entry };
    this.entries.push(noted);
    if (entry.from === 'device' && entry.packet?.cmd === 'publish') this.#read(noted, entry.packet);
    for (const look of this.#waiting) look();
  }

  /** The device's messages of one kind from an instant of the run on, oldest first. */
  said<K extends MessageKind>(kind: K, since = 0): Said<K>[] {
    return this.#said.filter((said): said is Said<K> => said.kind === kind && said.entry.at >= since);
  }

  /** The CONNECT of each connection that has sent one. */
  connects(): { entry: Entry; packet: IConnectPacket }[] {
    return this.entries.flatMap((entry) =>
      entry.packet?.cmd === 'connect' ? [{ entry, packet: entry.packet }] : [],
    );
  }

  /** What `find` gives, now or as soon as it gives something; null when that does not happen in time. */
  until<T>(find: () => T | undefined | null | false, withinMs: number): Promise<T | null> {
    return new Promise((resolve) => {
      const end = (found: T | null): void => {
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      const look = (): void => {
        const found = find();
        if (found !== undefined && found !== null && found !== false) end(found);
      };
      const timer = setTimeout(end, withinMs, null);
      this.#waiting.add(look);
      look();
    });
  }

  #read(entry: Entry, publish: IPublishPacket): void {
    const kind = parseDeviceTopic(publish.topic)?.kind;
    if (!kind) return;
    const payload = Buffer.from(publish.payload);
    const parsed = parseMessage(kind, payload);
    this.#said.push({ entry, kind, publish, parsed, body: readFields(payload), heardAt: Date.now() });
  }
}

/** The fields of a JSON object; none for anything else. */
export function readFields(payload: string | Buffer): object {
  try {
    const value: unknown = JSON.parse(payload.toString());
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
