import { illFormed, packet, publish, subscribe, types, u16 } from '../conformance/packets.ts';
import { foreign } from './cast.ts';
import type { Dice } from './dice.ts';

type Mutation = (packets: Buffer[], at: number, dice: Dice) => void;

/** Changes one packet's bytes, in a copy. */
const change =
  (edit: (bytes: Buffer, dice: Dice) => Uint8Array): Mutation =>
  (packets, at, dice) => {
    const bytes = Buffer.from(packets[at]!);
    if (bytes.length > 0) packets[at] = Buffer.from(edit(bytes, dice));
  };

/** The remaining length in place of the one that is there, which is one byte long in nearly all packets. */
const withLength = (bytes: Buffer, length: readonly number[]): Buffer =>
  Buffer.concat([bytes.subarray(0, 1), Buffer.from(length), bytes.subarray(2)]);

/** Bytes over others, somewhere. */
function overwrite(bytes: Buffer, patch: Uint8Array, dice: Dice): Buffer {
  Buffer.from(patch).copy(bytes, dice.below(bytes.length));
  return bytes;
}

/** What is done to a stream of packets, each by its name. */
const mutations: Readonly<Record<string, Mutation>> = {
  'bit flip': change((bytes, dice) => {
    bytes[dice.below(bytes.length)]! ^= 1 << dice.below(8);
    return bytes;
  }),
  'other byte': change((bytes, dice) => overwrite(bytes, dice.bytes(1), dice)),
  'edge byte': change((bytes, dice) =>
    overwrite(bytes, Uint8Array.of(dice.pick([0, 1, 0x7f, 0x80, 0xff])), dice),
  ),
  'other flags': change((bytes, dice) => {
    bytes[0] = (bytes[0]! & 0xf0) | dice.below(16);
    return bytes;
  }),
  'other type': change((bytes, dice) => {
    bytes[0] = (dice.below(16) << 4) | (bytes[0]! & 15);
    return bytes;
  }),
  'length lie': change((bytes, dice) => withLength(bytes, [dice.below(128)])),
  'length off by a little': change((bytes, dice) =>
    withLength(bytes, [Math.min(127, Math.max(0, bytes[1]! + dice.below(7) - 3))]),
  ),
  'huge length': change((bytes, dice) =>
    withLength(
      bytes,
      dice.pick([
        [0xff, 0xff, 0xff, 0x7f],
        [0xff, 0xff, 0x7f],
        [0x80, 0x80, 0x80, 0x01],
      ]),
    ),
  ),
  'length too long': change((bytes, dice) =>
    withLength(
      bytes,
      dice.pick([
        [0xff, 0xff, 0xff, 0xff, 0x7f],
        [0x80, 0x80, 0x80, 0x80, 0x00],
        [0x80, 0x00],
      ]),
    ),
  ),
  'length inside': change((bytes, dice) => overwrite(bytes, u16(dice.pick([0, 1, 255, 256, 0xffff])), dice)),
  'ill-formed UTF-8': change((bytes, dice) =>
    overwrite(bytes, Uint8Array.from(dice.pick(Object.values(illFormed))), dice),
  ),
  truncation: change((bytes, dice) => bytes.subarray(0, dice.below(bytes.length))),
  'more behind': change((bytes, dice) => Buffer.concat([bytes, dice.bytes(1 + dice.below(20))])),
  'bytes put in': change((bytes, dice) => {
    const at = dice.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), dice.bytes(1 + dice.below(4)), bytes.subarray(at)]);
  }),
  'packet left out': (packets, at) => void packets.splice(at, 1),
  repetition: (packets, at, dice) =>
    void packets.splice(at, 0, ...Array.from({ length: 1 + dice.below(3) }, () => packets[at]!)),
  'other order': (packets, at, dice) => {
    const other = dice.below(packets.length);
    [packets[at], packets[other]] = [packets[other]!, packets[at]!];
  },
  splice: (packets, at, dice) => {
    const [one, other] = [packets[at]!, dice.pick(packets)];
    packets[at] = Buffer.concat([
      one.subarray(0, dice.below(one.length + 1)),
      other.subarray(dice.below(other.length + 1)),
    ]);
  },
  'other packet id': (packets, at, dice) => {
    const type = dice.pick([types.puback, types.pubrec, types.pubrel, types.pubcomp]);
    const first = (type << 4) | (type === types.pubrel ? 2 : 0);
    packets.splice(at, 0, packet(first, u16(dice.pick([0, 1, 2, 0x7fff, 0xffff]))));
  },
  'foreign publish': (packets, at, dice) => {
    packets.splice(
      at,
      0,
      publish(dice.pick(foreign), 'foreign', { qos: dice.below(3), id: 9, retain: dice.chance(0.3) }),
    );
  },
  'foreign subscribe': (packets, at, dice) => {
    packets.splice(at, 0, subscribe(9, [[dice.pick(foreign), dice.below(3)]]));
  },
  'large packet': (packets, at, dice) => {
    packets.splice(
      at,
      0,
      packet(0x30 | dice.below(16), dice.bytes(1000 + dice.below(4000)), Buffer.alloc(dice.below(70_000))),
    );
  },
  noise: (packets, at, dice) => void packets.splice(at, 0, dice.bytes(1 + dice.below(64))),
};

/** Mutates a session in place, and gives the names of what was done; a few sessions stay valid. */
export function mutate(packets: Buffer[], dice: Dice): string[] {
  const done: string[] = [];
  if (dice.chance(0.1)) return done;
  // What ends the connection at CONNECT already tells little of what is behind it.
  const from = dice.chance(0.2) ? 0 : 1;
  for (let left = 1 + dice.below(3); left > 0 && packets.length > from; left--) {
    const name = dice.pick(Object.keys(mutations));
    mutations[name]!(packets, from + dice.below(packets.length - from), dice);
    done.push(name);
  }
  return done;
}

/** The stream as the network may cut it: whole, packet by packet, anywhere, or byte by byte. */
export function cut(packets: readonly Buffer[], dice: Dice): Buffer[] {
  const way = dice.below(4);
  if (way === 0) return [...packets];
  const whole = Buffer.concat(packets);
  if (way === 1) return [whole];
  const chunks: Buffer[] = [];
  for (let at = 0; at < whole.length;) {
    const step = way === 2 || at > 200 ? 1 + dice.below(whole.length) : 1;
    chunks.push(whole.subarray(at, at + step));
    at += step;
  }
  return chunks;
}
