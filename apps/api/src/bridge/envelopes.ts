import {
  envelopeVersion,
  isEncryptedKind,
  parseDeviceTopic,
  readEnvelope,
  type EnvelopeCounter,
  type Rejection,
} from '@hearth/contract';
import type { ReplayWindow } from '@hearth/store';
import { judge, moved, type Window } from './envelope-window.ts';
import { openEnvelope, sealEnvelope } from './envelope.ts';
import type { Delivery } from './connection.ts';
import type { PayloadKeys, PayloadKeyTable } from './payload-keys.ts';
import { wrong } from './rules.ts';

type Sealed = Pick<Delivery, 'topic' | 'payload' | 'isRetained' | 'isRepeat'>;

/** What a payload comes to: its text, why it is not taken, or null for what the broker says twice. */
export type Opened = Uint8Array | Rejection | null;

/** The payload is sealed for a device whose secret cannot be read: sent in clear it would be a downgrade. */
class NoPayloadKeyError extends Error {
  override readonly name = 'NoPayloadKeyError';
  readonly code = 'cannot-encrypt';
}

/** Between the wire and the rest of the bridge: opens what comes from devices that encrypt, seals what goes there. */
export interface Envelopes {
  /** The payload in clear, taken: the same envelope is not taken again. For a device in clear the payload itself. */
  open: (device: string, message: Sealed) => Opened;
  /** The same, without taking it. */
  peek: (device: string, message: Sealed) => Opened;
  /** What goes on the wire on this topic. @throws {NoPayloadKeyError} */
  seal(topic: string, payload: string): string | Buffer;
  /** The windows that moved since the last call, for the commit of what moved them. */
  movedWindows(): ReplayWindow[];
  /** A new secret begins a new window. */
  forget(device: string): void;
}

/** `windows` are those that the store has. */
export function createEnvelopes(
  keys: Pick<PayloadKeyTable, 'of'>,
  windows: readonly ReplayWindow[],
): Envelopes {
  const byDevice = new Map(windows.map((window) => [window.device, window]));
  const movedOf = new Set<string>();
  /** The last seq that was sent, by device, and the boot that it counts in. */
  const sent = new Map<string, EnvelopeCounter>();
  const windowOf = (device: string, { fingerprint }: PayloadKeys): Window | undefined => {
    const window = byDevice.get(device);
    return window?.key === fingerprint ? window : undefined;
  };

  const read = (device: string, message: Sealed, isTaken: boolean): Opened => {
    const known = keys.of(device);
    if (!known) return readClear(message);
    const opened = unseal(device, known, message);
    if (!opened || !('counter' in opened)) return opened;
    const window = windowOf(device, known);
    const verdict = judge(window, opened.counter);
    if (verdict !== 'new')
      return message.isRetained || message.isRepeat ? null : replayed(opened.counter, window!);
    // What the broker repeats to a new subscriber may come before the copy that is to be stored.
    if (isTaken && !message.isRetained) {
      byDevice.set(device, { ...moved(window, opened.counter), device, key: known.fingerprint });
      movedOf.add(device);
    }
    return opened.payload;
  };

  return {
    open: (device, message) => read(device, message, true),
    peek: (device, message) => read(device, message, false),
    seal(topic, payload) {
      const { device, kind } = parseDeviceTopic(topic) ?? {};
      const known = device === undefined ? undefined : keys.of(device);
      if (device === undefined || !known || !isEncryptedKind(kind!)) return payload;
      if (!known.keys)
        throw new NoPayloadKeyError(`the payload secret of ${device} cannot be read: see the log`);
      const { boot } = known;
      const last = sent.get(device);
      const counter = { boot, seq: last?.boot === boot ? last.seq + 1 : 1 };
      sent.set(device, counter);
      const place = { device, topic, keyId: known.id, counter };
      return sealEnvelope(known.keys.toDevice, place, Buffer.from(payload));
    },
    movedWindows() {
      const all = [...movedOf].flatMap((device) => byDevice.get(device) ?? []);
      movedOf.clear();
      return all;
    },
    forget(device) {
      byDevice.delete(device);
      movedOf.delete(device);
      sent.delete(device);
    },
  };
}

function readClear(message: Sealed): Opened {
  if (!readEnvelope(message.payload)) return message.payload;
  if (message.isRetained) return null;
  const expected = 'clear JSON; switch encryption on for this device in Hearth first';
  return wrong('encrypted', '', expected, bytes(message));
}

/** Checks all that needs no window. Clear payloads that are retained are from before encryption was switched on. */
function unseal(
  device: string,
  { id, keys }: PayloadKeys,
  message: Sealed,
): { payload: Buffer; counter: EnvelopeCounter } | Rejection | null {
  // JSON begins with a brace or white space.
  if (message.payload[0] !== envelopeVersion) {
    if (message.isRetained) return null;
    return wrong(
      'not-encrypted',
      '',
      'an envelope of version 1: this device encrypts',
      `${bytes(message)} that are none`,
    );
  }
  const envelope = readEnvelope(message.payload);
  if (!envelope) return wrong('envelope-size', '', 'at least 30 bytes', bytes(message));
  const { keyId, counter } = envelope;
  if (keyId !== id) {
    if (message.isRetained) return null;
    return wrong('envelope-key', '', `key ${id}, the newest`, `key ${keyId}`);
  }
  if (!keys) return wrong('envelope-secret', '', 'a secret that Hearth can read: its log says more', 'none');
  const payload = openEnvelope(keys.fromDevice, { device, topic: message.topic }, envelope);
  if (!payload)
    return wrong('envelope-tag', '', 'an envelope of this device for this topic, unaltered', bytes(message));
  if (!Number.isSafeInteger(counter.seq) || counter.seq < 1)
    return wrong('envelope-counter', '', 'a seq from 1 to 9007199254740991', String(counter.seq));
  return { payload, counter };
}

function replayed({ boot, seq }: EnvelopeCounter, newest: Window): Rejection {
  const expected = `a boot and seq that did not come before; the newest is ${newest.boot}/${newest.seq}`;
  return wrong('replay', '', expected, `${boot}/${seq}`);
}

function bytes({ payload }: Sealed): string {
  return `${payload.length} bytes`;
}
