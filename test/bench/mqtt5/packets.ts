import {
  connect as connect4,
  field,
  packet,
  publish as publish4,
  subscribe as subscribe4,
  types,
  u16,
} from '../../conformance/packets.ts';
import { keepaliveS, type Place } from '../broker/link.ts';

/** What a client speaks: a version, and whether its messages have properties. */
export type Dialect = '3.1.1' | '5' | '5 with properties';

/** The size of a reading with four quantities. */
const payload = 'r'.repeat(120);

/** Content type, response topic, correlation data, payload format, expiry and one user property: 100 bytes. */
const properties = Buffer.concat([
  Buffer.from([0x01, 1]),
  Buffer.from([0x02, 0, 0, 0x0e, 0x10]),
  Buffer.from([0x03]),
  field('application/json'),
  Buffer.from([0x08]),
  field('bench/response/to-the-one-who-asked'),
  Buffer.from([0x09]),
  field('0123456789abcdef'),
  Buffer.from([0x26]),
  field('room'),
  field('kitchen'),
]);

/** Seconds, four bytes behind the property's id. */
const sessionExpiry = Buffer.from([5, 0x11, 0, 0, 0x0e, 0x10]);

export function connect(dialect: Dialect, place: Place, clientId: string, clean: boolean): Buffer {
  const { username, password } = place;
  const who = { clientId, username, password };
  const told = { ...who, clean, keepalive: keepaliveS };
  if (dialect === '3.1.1') return connect4(told);
  const body = [...field(clientId), ...field(username), ...field(password)];
  const block = clean ? [0] : [...sessionExpiry];
  return connect4({ ...told, level: 5, payload: [...block, ...body] });
}

export function subscribe(dialect: Dialect, filter: string, qos: number): Buffer {
  if (dialect === '3.1.1') return subscribe4(1, [[filter, qos]]);
  return packet(0x82, u16(1), [0], field(filter), [qos]);
}

/** A PUBLISH, and where its packet id stands; at QoS 0 there is none. */
export function publish(dialect: Dialect, topic: string, qos: 0 | 1): { bytes: Buffer; idAt: number } {
  const idAt = (length: number): number => length + 2 + Buffer.byteLength(topic);
  if (dialect === '3.1.1') {
    const bytes = publish4(topic, payload, { qos });
    return { bytes, idAt: idAt(headBytes(bytes)) };
  }
  const block = dialect === '5' ? Buffer.of(0) : Buffer.concat([Buffer.of(properties.length), properties]);
  const rest = [field(topic), qos > 0 ? u16(1) : Buffer.alloc(0), block, Buffer.from(payload)];
  const bytes = packet((types.publish << 4) | (qos << 1), ...rest);
  return { bytes, idAt: idAt(headBytes(bytes)) };
}

/** The first byte and those of the length. */
const headBytes = (bytes: Buffer): number => (bytes[1]! < 0x80 ? 2 : 3);
