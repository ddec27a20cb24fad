/** Types of attributes that the devices have: how many bytes, and whether below zero. @see ZCL 07-5123, 2.6.2 */
const numbers = {
  bool: { id: 0x10, bytes: 1, isSigned: false },
  bitmap8: { id: 0x18, bytes: 1, isSigned: false },
  bitmap16: { id: 0x19, bytes: 2, isSigned: false },
  uint8: { id: 0x20, bytes: 1, isSigned: false },
  uint16: { id: 0x21, bytes: 2, isSigned: false },
  uint24: { id: 0x22, bytes: 3, isSigned: false },
  uint48: { id: 0x25, bytes: 6, isSigned: false },
  int8: { id: 0x28, bytes: 1, isSigned: true },
  int16: { id: 0x29, bytes: 2, isSigned: true },
  enum8: { id: 0x30, bytes: 1, isSigned: false },
} as const;
const stringId = 0x42;

/** An attribute of a cluster, in the units of ZCL: temperatures in 0.01 °C. */
export type Attribute = { type: keyof typeof numbers; value: number } | { type: 'string'; value: string };

/** The attributes of one cluster, by id. */
export type Attributes = Map<number, Attribute>;

/** Type and value, as they stand in answers and reports. */
export function encode(attribute: Attribute): Buffer {
  if (attribute.type === 'string') {
    const text = Buffer.from(attribute.value);
    return Buffer.concat([Buffer.from([stringId, text.length]), text]);
  }
  const { id, bytes, isSigned } = numbers[attribute.type];
  const value = Buffer.alloc(bytes);
  if (isSigned) value.writeIntLE(attribute.value, 0, bytes);
  else value.writeUIntLE(attribute.value, 0, bytes);
  return Buffer.concat([Buffer.from([id]), value]);
}

/** A number as it stands in a write, and how many bytes it takes with its type. @throws on a type that is not known */
export function decode(bytes: Buffer): { value: number; length: number } {
  const known = Object.values(numbers).find(({ id }) => id === bytes[0]);
  if (!known) throw new Error(`an attribute of type 0x${bytes[0]?.toString(16)} was written`);
  const value = known.isSigned ? bytes.readIntLE(1, known.bytes) : bytes.readUIntLE(1, known.bytes);
  return { value, length: 1 + known.bytes };
}

/** Two bytes, the lower one first. */
export function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** An IEEE address, written with the first byte first, as it is on the air. */
export function ieeeBytes(address: string): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(`0x${address}`));
  return bytes;
}
