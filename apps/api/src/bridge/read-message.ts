import {
  excerpt,
  parseDeviceTopic,
  parseMessage,
  type About,
  type Consequence,
  type MessageKind,
  type Reading,
  type Rejection,
  type Response,
} from '@hearth/contract';
import type { Arrival } from '@hearth/store';
import type { Note } from '../devices/notes.ts';
import type { Clock } from './clock.ts';
import type { Delivery } from './connection.ts';
import type { Opened } from './envelopes.ts';
import { isNewer, type Key } from './key.ts';
import { checkAt, checkManifest, looseKey, wrong } from './rules.ts';

/** What one message comes to. An empty one is dropped: it says nothing that is not known, or of nobody. */
export interface Heard {
  notes: Note[];
  arrival?: Arrival;
  /** A response to a request of ours. */
  response?: { device: string; response: Response; measuredAt: number };
  /** The reading was turned away for good; the device need not send it again. */
  turnedAway?: { device: string; key: Key };
}

/** What must be known of the world to read a message. */
export interface Surroundings {
  home: string;
  /** The manifest of a native device; null before it sent one, undefined when nobody added the device. */
  aboutOf: (device: string) => About | null | undefined;
  /** Of the connection that the device has now. */
  bootOf: (device: string) => number | null;
  newestKey: (device: string) => Key | undefined;
  clock: Clock;
  /** The payload of a reading or response in clear. */
  unseal: (device: string, message: Message) => Opened;
}

export type Message = Pick<Delivery, 'topic' | 'payload' | 'isRetained' | 'isRepeat' | 'receivedAt'>;

const nothing: Heard = { notes: [] };
/** Any topic of ours that names a device, also where the rest is not of the contract. */
const namesDevice = /^hearth\/v1\/[^/]+\/([^/]+)(?:\/|$)/;

/** Reads a message on a native topic. Never throws; what breaks a rule becomes a note on the device's page. */
export function readNative(message: Message, around: Surroundings): Heard {
  const device = namesDevice.exec(message.topic)?.[1];
  if (device === undefined || around.aboutOf(device) === undefined) return nothing;
  const topic = parseDeviceTopic(message.topic);
  if (!topic) return rejected(device, message, wrong('topic', '', 'a topic of the contract', message.topic));
  if (topic.home !== around.home)
    return rejected(device, message, wrong('home', '', around.home, topic.home));
  switch (topic.kind) {
    case 'about':
    case 'status':
      return readState(topic.kind, device, message, around.clock);
    case 'reading':
      return unsealed(readReading, device, message, around);
    case 'response':
      return unsealed(readResponse, device, message, around);
    default:
      return rejected(device, message, wrong('direction', '', 'a topic that devices write', topic.kind));
  }
}

function readState(kind: 'about' | 'status', device: string, message: Message, clock: Clock): Heard {
  const { receivedAt: at, isRetained } = message;
  const parsed = parseMessage<'about' | 'status'>(kind, message.payload);
  if (!parsed.ok) return rejected(device, message, parsed.rejection);
  if (!('online' in parsed.value))
    return { notes: [{ kind: 'about', device, about: parsed.value }, ...seen(device, message)] };
  const { boot, uptime } = parsed.value;
  if (uptime !== undefined && !isRetained) clock.hear(device, boot, uptime, at);
  const status: Note = { kind: 'status', device, status: parsed.value, at, isRetained };
  // An offline status is the broker's word, not the device's.
  return { notes: parsed.value.online ? [status, ...seen(device, message)] : [status] };
}

/** Reads what is in the envelope, or says why it does not open; whether there is an envelope is settled here. */
function unsealed(
  read: (device: string, message: Message, around: Surroundings) => Heard,
  device: string,
  message: Message,
  around: Surroundings,
): Heard {
  const opened = around.unseal(device, message);
  if (opened === null) return nothing;
  if (!(opened instanceof Uint8Array)) return rejected(device, message, opened);
  return read(device, { ...message, payload: opened }, around);
}

function readReading(device: string, message: Message, around: Surroundings): Heard {
  const parsed = parseMessage('reading', message.payload);
  if (!parsed.ok)
    return turnAway(rejected(device, message, parsed.rejection), device, looseKey(message.payload), message);
  const reading = parsed.value;
  const key = { boot: reading.boot, seq: reading.seq };
  const newest = around.newestKey(device);
  if (message.isRetained && newest && !isNewer(key, newest)) return nothing;
  const at = measuredAtOf(device, reading, message, around.clock);
  // The broker's copy of a boot that was never heard live: nobody knows when it was.
  if (at === null) return nothing;
  const rejection = checkManifest(reading.values, around.aboutOf(device)) ?? checkAt(at, message.receivedAt);
  // What comes once more has waited in the meantime.
  const notes = newest && !isNewer(key, newest) ? [] : clockOf(device, reading, message);
  if (rejection) {
    const heard = rejected(device, message, rejection);
    return turnAway({ ...heard, notes: [...heard.notes, ...notes] }, device, key, message);
  }
  const { values, faults, late: isLate = false } = reading;
  const { receivedAt } = message;
  // What the broker repeats may be ahead of readings that still wait, here or in the device: without its
  // key it is worth showing, and no receipt says that those before it are stored.
  const arrivalKey = message.isRetained ? null : key;
  return {
    notes: [...seen(device, message), ...notes],
    arrival: { device, key: arrivalKey, at, receivedAt, isLate, values, faults },
  };
}

/** Where the clock of a device stands as it says so now: one that is too wrong to be stored is told of as well. */
function clockOf(device: string, { at, late = false }: Reading, { receivedAt, isRetained }: Message): Note[] {
  if (at === undefined || late || isRetained) return [];
  return [{ kind: 'clock', device, aheadMs: at - receivedAt }];
}

/** Unix ms: what the device says, or what its uptime comes to; null when that cannot be told. */
function measuredAtOf(
  device: string,
  { at, boot, uptime }: Pick<Reading, 'at' | 'boot' | 'uptime'>,
  message: Message,
  clock: Clock,
): number | null {
  if (at !== undefined) return at;
  if (uptime === undefined) return null;
  if (!message.isRetained) clock.hear(device, boot, uptime, message.receivedAt);
  return clock.at(device, boot, uptime);
}

function readResponse(device: string, message: Message, around: Surroundings): Heard {
  const parsed = parseMessage('response', message.payload);
  if (!parsed.ok) return rejected(device, message, parsed.rejection);
  if (message.isRetained) return rejected(device, message, wrong('retained', '', 'not retained', 'retained'));
  const response = parsed.value;
  const reading = { ...response, boot: around.bootOf(device) ?? 0 };
  const measuredAt = measuredAtOf(device, reading, message, around.clock) ?? message.receivedAt;
  const rejection =
    checkManifest(response.values ?? {}, around.aboutOf(device)) ?? checkAt(measuredAt, message.receivedAt);
  if (rejection) return rejected(device, message, rejection);
  return { notes: seen(device, message), response: { device, response, measuredAt } };
}

function seen(device: string, message: Message): Note[] {
  return message.isRetained ? [] : [{ kind: 'message', device, at: message.receivedAt }];
}

function turnAway(heard: Heard, device: string, key: Key | null, { isRetained }: Message): Heard {
  return key && !isRetained ? { ...heard, turnedAway: { device, key } } : heard;
}

/** A message that is acknowledged, kept on the device's page and not taken; the broker's refusals end otherwise. */
export function rejected(
  device: string,
  message: Pick<Message, 'topic' | 'receivedAt'> & { isRetained?: boolean },
  rejection: Rejection,
  { count = 1, consequence = 'acknowledged' }: { count?: number; consequence?: Consequence } = {},
): Heard {
  const topic = excerpt(message.topic);
  const { receivedAt: at, isRetained = false } = message;
  return {
    notes: [
      { kind: 'rejected', device, isRetained, message: { at, topic, ...rejection, consequence, count } },
    ],
  };
}

/** The kinds of native messages that the api takes. */
export const takenKinds = ['about', 'status', 'reading', 'response'] as const satisfies MessageKind[];
