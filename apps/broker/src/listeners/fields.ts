import { isUtf8 } from 'node:buffer';

/** The field does not end within the packet. */
export const cutOff = -1;
/** The text is not UTF-8, or has a NUL. */
export const illFormed = -2;

/** Where the field of two length bytes and data that begins at `at` ends; {@link cutOff} if not before `end`. */
export function binaryEnd(bytes: Buffer, at: number, end: number): number {
  if (at + 2 > end) return cutOff;
  const fieldEnd = at + 2 + ((bytes[at]! << 8) | bytes[at + 1]!);
  return fieldEnd > end ? cutOff : fieldEnd;
}

/**
 * The same for text, which has to be UTF-8 without surrogates and NUL. Mostly it is ASCII, and then nothing is
 * allocated. [MQTT-1.5.3-1] [MQTT-1.5.3-2]
 */
export function textEnd(bytes: Buffer, at: number, end: number): number {
  const fieldEnd = binaryEnd(bytes, at, end);
  let isAscii = true;
  for (let i = at + 2; i < fieldEnd; i++) {
    const byte = bytes[i]!;
    if (byte === 0) return illFormed;
    if (byte > 0x7f) isAscii = false;
  }
  return isAscii || isUtf8(bytes.subarray(at + 2, fieldEnd)) ? fieldEnd : illFormed;
}

/** Where the number of one to four bytes, seven bits each, ends; {@link cutOff}, or {@link illFormed} at a fifth. */
export function numberEnd(bytes: Buffer, at: number, end: number): number {
  for (let i = at; i < at + 4; i++) {
    if (i >= end) return cutOff;
    if (bytes[i]! < 0x80) return i + 1;
  }
  return illFormed;
}

/** The number between `at` and what {@link numberEnd} gave. */
export function numberAt(bytes: Buffer, at: number, end: number): number {
  let value = 0;
  for (let i = end - 1; i >= at; i--) value = value * 128 + (bytes[i]! & 0x7f);
  return value;
}
