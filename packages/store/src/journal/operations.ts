import { ByteReader, ByteWriter, DamagedBytesError } from '../codec/bytes.ts';
import type { ReplayWindow } from '../face.ts';
import type { PackedArrivals } from '../packing.ts';

/** What the store is asked to change: in the journal it stands as it was asked. */
export type Operation =
  | { kind: 'append'; packed: PackedArrivals; windows: readonly ReplayWindow[] }
  | { kind: 'forget' | 'begin-anew'; devices: readonly string[] };

/** A number is never given anew. */
const codes = { append: 1, forget: 2, 'begin-anew': 3 } as const;
const kinds = new Map(
  Object.entries(codes).map(([kind, code]) => [code as number, kind as Operation['kind']]),
);

/** Operations as the payload of one frame. */
export function encodeOperations(operations: readonly Operation[]): Uint8Array {
  const packedB = operations.reduce((sum, one) => sum + (one.kind === 'append' ? one.packed.length : 0), 0);
  const out = new ByteWriter(packedB + 1024);
  for (const operation of operations) {
    out.byte(codes[operation.kind]);
    if (operation.kind === 'append') writeAppend(out, operation);
    else {
      out.varint(operation.devices.length);
      for (const device of operation.devices) out.text(device);
    }
  }
  return out.view();
}

function writeAppend(out: ByteWriter, { packed, windows }: Extract<Operation, { kind: 'append' }>): void {
  out.varint(packed.length);
  out.bytes(packed);
  out.varint(windows.length);
  for (const { device, key, boot, seq, seen } of windows) {
    out.text(device);
    out.text(key);
    out.varint(boot);
    out.varint(seq);
    out.text(seen.toString(16));
  }
}

/** The operations of a frame, in order. @throws {DamagedBytesError} */
export function decodeOperations(payload: Uint8Array): Operation[] {
  const reader = new ByteReader(payload);
  const operations: Operation[] = [];
  while (reader.position < reader.end) operations.push(readOperation(reader));
  return operations;
}

function readOperation(reader: ByteReader): Operation {
  const code = reader.byte();
  const kind = kinds.get(code);
  if (kind === undefined) throw new DamagedBytesError(`operation ${code} is not known to this Hearth`);
  if (kind !== 'append') return { kind, devices: readMany(reader, () => reader.text()) };
  const packed = Uint8Array.from(reader.bytes(reader.varint()));
  const windows = readMany(reader, () => ({
    device: reader.text(),
    key: reader.text(),
    boot: reader.varint(),
    seq: reader.varint(),
    seen: BigInt(`0x${reader.text()}`),
  }));
  return { kind, packed, windows };
}

function readMany<T>(reader: ByteReader, read: () => T): T[] {
  const count = reader.varint();
  if (count > reader.end) throw new DamagedBytesError('the bytes end too soon');
  return Array.from({ length: count }, read);
}
