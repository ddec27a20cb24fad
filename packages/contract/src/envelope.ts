import type { MessageKind } from './topics.ts';

/*
 * The envelope of an encrypted payload, for devices too small for TLS. AES-256-GCM (NIST SP 800-38D), all
 * integers big-endian, counted from byte 0:
 *
 *   0        1        2          6          14                n-16        n
 *   ├ version ┼ key id ┼ boot (4) ┼ seq (8) ┼ ciphertext … ───┼ tag (16) ┤
 *                      └──── nonce (12) ────┘
 *
 * docs/payload-encryption.md says what a device does with it.
 */

/** First byte of every envelope; JSON never begins with it. */
export const envelopeVersion = 1;
/** Version, key id and nonce. */
export const envelopeHeaderBytes = 14;
/** The whole tag of AES-GCM; a shorter one is never taken. */
export const envelopeTagBytes = 16;
/** What an envelope adds to its payload. */
export const envelopeOverheadBytes = envelopeHeaderBytes + envelopeTagBytes;
/** Length of a device's payload secret, and of the keys that are made from it. */
export const payloadSecretBytes = 32;
/** Messages up to this many places behind the newest may come out of turn, each once. */
export const replayWindowSize = 64;

/** What is encrypted for a device that encrypts; `about` and `status` stay clear: a will cannot be sealed anew. */
export const encryptedKinds = ['reading', 'response', 'receipt', 'request'] as const satisfies MessageKind[];

/** Numbers the envelopes of one key and direction: `seq` grows by one with each, `boot` at each start. */
export interface EnvelopeCounter {
  /** 32 bits. */
  boot: number;
  /** From 1; up to 2^53 - 1 of its 64 bits, so that every language counts it exactly. */
  seq: number;
}

/** An envelope taken apart; the parts are views of its bytes. */
export interface Envelope {
  keyId: number;
  /** As `seq` was written, even where that is none that we take. */
  counter: EnvelopeCounter;
  nonce: Uint8Array;
  ciphertext: Uint8Array;
  tag: Uint8Array;
}

const utf8 = new TextEncoder();

/** Whether messages of this kind are encrypted where a device encrypts. */
export function isEncryptedKind(kind: MessageKind): boolean {
  return (encryptedKinds as readonly MessageKind[]).includes(kind);
}

/** The salt of HKDF-SHA-256, the same for all. @see RFC 5869 */
export const envelopeKeySalt = 'hearth-envelope-1';

/** The info of HKDF-SHA-256: each direction of each device has a key of its own. */
export function envelopeKeyInfo(from: 'device' | 'platform', home: string, device: string): string {
  return `${from}/${home}/${device}`;
}

/** What is authenticated beside the payload: an envelope opens for its device on its topic alone. */
export function envelopeAad(device: string, topic: string): Uint8Array {
  return Uint8Array.of(envelopeVersion, ...utf8.encode(`${device}${topic}`));
}

/** The first bytes of an envelope; the nonce is all but the first two. */
export function envelopeHeader(keyId: number, { boot, seq }: EnvelopeCounter): Uint8Array {
  const header = new Uint8Array(envelopeHeaderBytes);
  const view = new DataView(header.buffer);
  view.setUint8(0, envelopeVersion);
  view.setUint8(1, keyId);
  view.setUint32(2, boot);
  view.setBigUint64(6, BigInt(seq));
  return header;
}

/** Takes an envelope apart; null where the bytes are none of this version. Nothing of it is authenticated yet. */
export function readEnvelope(payload: Uint8Array): Envelope | null {
  if (payload.length < envelopeOverheadBytes || payload[0] !== envelopeVersion) return null;
  const view = new DataView(payload.buffer, payload.byteOffset, envelopeHeaderBytes);
  const tagAt = payload.length - envelopeTagBytes;
  return {
    keyId: view.getUint8(1),
    counter: { boot: view.getUint32(2), seq: Number(view.getBigUint64(6)) },
    nonce: payload.subarray(2, envelopeHeaderBytes),
    ciphertext: payload.subarray(envelopeHeaderBytes, tagAt),
    tag: payload.subarray(tagAt),
  };
}
