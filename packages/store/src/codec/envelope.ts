import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { DamagedBytesError } from './bytes.ts';

/** How the body of an envelope is packed: its first byte. A number is never given anew. */
const packings = { plain: 0, deflateRaw: 1 } as const;

/** A body larger than any block makes: what would unpack to more is damaged, or hostile. */
const bodyLimit = 64 * 1024 * 1024;

/**
 * Packs a body for keeping: packing (1 byte), the body, CRC-32 of both (4 bytes, little-endian). Packed by
 * deflate (RFC 1951) where that is smaller.
 */
export function sealEnvelope(body: Uint8Array): Buffer {
  const deflated = deflateRawSync(body, { level: 6 });
  const isSmaller = deflated.length < body.length;
  const packed = isSmaller ? deflated : body;
  const out = Buffer.allocUnsafe(packed.length + 5);
  out[0] = isSmaller ? packings.deflateRaw : packings.plain;
  out.set(packed, 1);
  out.writeUInt32LE(crc32(out.subarray(0, -4)), out.length - 4);
  return out;
}

/** The body of an envelope. @throws {DamagedBytesError} where its check sum or its packing is wrong. */
export function openEnvelope(envelope: Uint8Array): Uint8Array {
  const bytes = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.byteLength);
  if (bytes.length < 5 || crc32(bytes.subarray(0, -4)) !== bytes.readUInt32LE(bytes.length - 4))
    throw new DamagedBytesError('the check sum of a sealed column is wrong');
  const packed = bytes.subarray(1, -4);
  if (bytes[0] === packings.plain) return packed;
  if (bytes[0] !== packings.deflateRaw)
    throw new DamagedBytesError(`packing ${bytes[0]} is not known to this Hearth`);
  try {
    return inflateRawSync(packed, { maxOutputLength: bodyLimit });
  } catch (error) {
    throw new DamagedBytesError('a sealed column cannot be unpacked', { cause: error });
  }
}
