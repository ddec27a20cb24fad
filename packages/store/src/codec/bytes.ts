/** Above this, bit operations on doubles no longer hold. */
const bitLimit = 0x7fff_ffff;

/** The first four bytes of a number are put together as an integer, which is several times as fast as a double. */
const shiftLimit = 28;

/** Writes numbers and texts into bytes that grow as needed. Integers are safe integers. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  /** An integer ≥ 0, seven bits a byte, the least first (LEB128). */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > bitLimit) {
      this.#bytes[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      this.#bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.length++] = rest;
  }

  /** An integer of either sign, |value| < 2^52: 0, −1, 1, −2 … as 0, 1, 2, 3 … */
  zigzag(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  /** Each of many integers as {@link zigzag} writes it; faster, as the bytes are reserved once. */
  zigzags(values: Float64Array): void {
    this.#reserve(values.length * 8);
    const bytes = this.#bytes;
    let at = this.length;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      let rest = value < 0 ? -value * 2 - 1 : value * 2;
      while (rest > bitLimit) {
        bytes[at++] = (rest % 128) | 0x80;
        rest = Math.floor(rest / 128);
      }
      while (rest > 0x7f) {
        bytes[at++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      bytes[at++] = rest;
    }
    this.length = at;
  }

  /** IEEE 754 binary64, little-endian. */
  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.length);
    this.length += value.length;
  }

  /** UTF-8 behind its length in bytes. */
  text(value: string): void {
    const encoded = Buffer.from(value, 'utf8');
    this.varint(encoded.length);
    this.bytes(encoded);
  }

  /** What was written, as a view of the writer's own memory. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }

  /** What was written, as a copy that can be transferred. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }
}

/** Bytes that end before what they announce, or say what cannot be. */
export class DamagedBytesError extends Error {
  override readonly name = 'DamagedBytesError';
  readonly code = 'damaged-bytes';
}

/** Reads what {@link ByteWriter} wrote. Each method throws {@link DamagedBytesError} beyond the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  position: number;
  readonly end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.position = position;
    this.end = end;
  }

  #take(count: number): number {
    const at = this.position;
    if (!(at + count <= this.end)) throw new DamagedBytesError('the bytes end too soon');
    this.position = at + count;
    return at;
  }

  byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  varint(): number {
    const bytes = this.#bytes;
    let at = this.position;
    let byte = bytes[at++]!;
    if (byte < 0x80 && at <= this.end) {
      // Most are short.
      this.position = at;
      return byte;
    }
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f && shift < shiftLimit && at < this.end; shift += 7) {
      byte = bytes[at++]!;
      value |= (byte & 0x7f) << shift;
    }
    for (let factor = 2 ** shiftLimit; byte > 0x7f && at < this.end; factor *= 128) {
      byte = bytes[at++]!;
      value += (byte & 0x7f) * factor;
    }
    if (byte > 0x7f || at > this.end || value > Number.MAX_SAFE_INTEGER)
      throw new DamagedBytesError('a number does not end, or is too large');
    this.position = at;
    return value;
  }

  zigzag(): number {
    const value = this.varint();
    if (value <= bitLimit) return (value >>> 1) ^ -(value & 1);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** As many integers as fit into `values`, each as {@link zigzag} reads it. */
  zigzags(values: Float64Array): void {
    const bytes = this.#bytes;
    let at = this.position;
    for (let i = 0; i < values.length; i++) {
      let byte = bytes[at++]!;
      if (byte < 0x80) {
        // Most are short.
        values[i] = (byte >>> 1) ^ -(byte & 1);
        continue;
      }
      let value = byte & 0x7f;
      for (let shift = 7; byte > 0x7f && shift < shiftLimit && at < this.end; shift += 7) {
        byte = bytes[at++]!;
        value |= (byte & 0x7f) << shift;
      }
      if (byte < 0x80) {
        values[i] = (value >>> 1) ^ -(value & 1);
        continue;
      }
      for (let factor = 2 ** shiftLimit; byte > 0x7f && at < this.end; factor *= 128) {
        byte = bytes[at++]!;
        value += (byte & 0x7f) * factor;
      }
      if (byte > 0x7f) throw new DamagedBytesError('a number does not end');
      values[i] = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    if (at > this.end) throw new DamagedBytesError('the bytes end too soon');
    this.position = at;
  }

  float64(): number {
    const at = this.#take(8);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 8).getFloat64(0, true);
  }

  bytes(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  text(): string {
    const { buffer, byteOffset, length } = this.bytes(this.varint());
    return Buffer.from(buffer, byteOffset, length).toString('utf8');
  }
}
