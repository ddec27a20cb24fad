import { ByteReader, ByteWriter, DamagedBytesError } from '../codec/bytes.ts';

/** Of the layout; a number is never given anew. */
const version = 1;

/**
 * Several sealed columns in one blob: version, count of parts, of each its name and its length in bytes, and then the
 * parts in the same order. A part can be read without its neighbours.
 */
export function packContainer(parts: ReadonlyMap<string, Uint8Array>): Buffer {
  const out = new ByteWriter(1024);
  out.byte(version);
  out.varint(parts.size);
  for (const [name, part] of parts) {
    out.text(name);
    out.varint(part.length);
  }
  for (const part of parts.values()) out.bytes(part);
  return Buffer.from(out.take());
}

/** The parts of a container, as views, in order. @throws {DamagedBytesError} */
export function openContainer(data: Uint8Array): Map<string, Uint8Array> {
  const reader = new ByteReader(data);
  const found = reader.byte();
  if (found !== version)
    throw new DamagedBytesError(`layout ${found} of a block is not known to this Hearth`);
  const heads: [name: string, length: number][] = [];
  for (let left = reader.varint(); left > 0; left--) heads.push([reader.text(), reader.varint()]);
  return new Map(heads.map(([name, length]) => [name, reader.bytes(length)]));
}
