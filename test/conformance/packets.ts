// Packets as bytes, so that wrong ones can be written as easily as right ones.

/** Types of packets, as they stand in the upper four bits of the first byte. */
export const types = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
} as const;

type Bytes = Uint8Array | readonly number[];

/** Two bytes, the higher one first. */
export const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

/** A text or bytes behind their length, as strings stand in packets. */
export const field = (value: string | Bytes): Buffer => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([u16(bytes.length), bytes]);
};

/** A packet of this first byte (type and flags) and this rest, with its length between them. */
export function packet(first: number, ...rest: Bytes[]): Buffer {
  const body = Buffer.concat(rest.map((part) => Uint8Array.from(part)));
  const length: number[] = [];
  for (let left = body.length; ;) {
    const digit = left % 128;
    left = Math.floor(left / 128);
    length.push(left > 0 ? digit | 0x80 : digit);
    if (left === 0) break;
  }
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

interface Will {
  topic: string | Bytes;
  payload: string;
  qos?: number;
  retain?: boolean;
}

/** What a CONNECT says. What is not given is what most clients send; `flags` and `rest` overrule what follows. */
export interface ConnectOptions {
  name?: string;
  level?: number;
  clean?: boolean;
  /** Seconds. */
  keepalive?: number;
  clientId?: string | Bytes;
  will?: Will;
  username?: string | Bytes;
  password?: string;
  /** Turns bits of the connect flags round, after they were made to fit. */
  flipFlags?: number;
  /** The payload, in place of the one that fits. */
  payload?: Bytes;
  /** Bytes behind the payload. */
  trailing?: Bytes;
  /** The fixed header's first byte. */
  first?: number;
}

/** Bits of the connect flags. */
export const connectFlags = {
  reserved: 1,
  clean: 2,
  will: 4,
  willQos1: 8,
  willQos2: 16,
  willRetain: 32,
  password: 64,
  username: 128,
} as const;

export function connect(options: ConnectOptions = {}): Buffer {
  const { clean = true, will, username, password } = options;
  const flags =
    (clean ? connectFlags.clean : 0) |
    (will ? connectFlags.will | ((will.qos ?? 0) << 3) | (will.retain ? connectFlags.willRetain : 0) : 0) |
    (password === undefined ? 0 : connectFlags.password) |
    (username === undefined ? 0 : connectFlags.username);
  const payload = options.payload ?? [
    ...field(options.clientId ?? ''),
    ...(will ? [...field(will.topic), ...field(will.payload)] : []),
    ...(username === undefined ? [] : field(username)),
    ...(password === undefined ? [] : field(password)),
  ];
  return packet(
    options.first ?? types.connect << 4,
    field(options.name ?? 'MQTT'),
    [options.level ?? 4, flags ^ (options.flipFlags ?? 0)],
    u16(options.keepalive ?? 60),
    payload,
    options.trailing ?? [],
  );
}

export interface PublishOptions {
  qos?: number;
  retain?: boolean;
  dup?: boolean;
  /** Packet id; goes along with a QoS above 0 only. */
  id?: number;
}

export function publish(
  topic: string | Bytes,
  payload: string,
  { qos = 0, retain = false, dup = false, id = 1 }: PublishOptions = {},
): Buffer {
  const first = (types.publish << 4) | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  return packet(first, field(topic), qos > 0 ? u16(id) : [], Buffer.from(payload));
}

/** PUBACK, PUBREC, PUBREL, PUBCOMP. */
export const acknowledge = (type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', id: number): Buffer =>
  packet((types[type] << 4) | (type === 'pubrel' ? 2 : 0), u16(id));

/** A SUBSCRIBE of filters with the QoS that is asked for. */
export const subscribe = (
  id: number,
  filters: readonly (readonly [filter: string | Bytes, qos: number])[],
): Buffer =>
  packet(
    0x82,
    u16(id),
    ...filters.map(([filter, qos]) => Buffer.concat([field(filter), Buffer.from([qos])])),
  );

export const unsubscribe = (id: number, filters: readonly (string | Bytes)[]): Buffer =>
  packet(0xa2, u16(id), ...filters.map((filter) => field(filter)));

export const pingreq = packet(types.pingreq << 4);
export const disconnect = packet(types.disconnect << 4);

/** Bytes that are not UTF-8: a lead byte without its second, a long form of `/`, a lone surrogate. */
export const illFormed = {
  'a lead byte alone': [0x74, 0xc3, 0x28],
  'a long form': [0x74, 0xc0, 0xaf],
  'a surrogate': [0x74, 0xed, 0xa0, 0x80],
} as const;
