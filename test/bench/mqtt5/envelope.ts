import type { Properties } from './codec.ts';

/**
 * Properties before the payload, so that whatever keeps the payload (queue, retained message, will, and the journal
 * of each) keeps them too:
 *
 * mark (4 bytes), length of the properties (2), properties, payload. A payload without properties stands alone, unless it
 * begins with the mark itself. Properties are written as MQTT 5 writes them (2.2.2.2), but for the expiry: 8 bytes, the
 * instant when it ends, since it is counted down while the message waits.
 */
const mark = Buffer.from([0, 0xff, 0x48, 0x35]);
const headBytes = mark.length + 2;

const ids = {
  payloadFormat: 0x01,
  expiresAt: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  user: 0x26,
} as const;

/** What came out of an envelope. */
export interface Opened {
  payload: Buffer;
  /** Without the expiry; undefined where there are none. */
  properties: Properties | undefined;
  /** Unix ms; Infinity when it stays. */
  expiresAt: number;
}

/** What of a PUBLISH or a will is wrapped. */
export interface Message {
  payload: string | Buffer;
  retain?: boolean | undefined;
  properties?: Properties | undefined;
}

/**
 * The payload with the properties before it. `now`: Unix ms, when the message came in. An empty one that clears a
 * retained message has to stay empty, and loses them. [MQTT-3.3.1-6]
 */
export function wrapMessage({ payload, retain, properties }: Message, now: number): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  return retain && bytes.length === 0 ? bytes : wrap(bytes, properties, now);
}

/** Puts the properties before the payload. */
export function wrap(payload: Buffer, properties: Properties | undefined, now: number): Buffer {
  const block = properties ? encode(properties, now) : Buffer.alloc(0);
  if (block.length === 0 && !isWrapped(payload)) return payload;
  const length = Buffer.alloc(2);
  length.writeUInt16BE(block.length);
  return Buffer.concat([mark, length, block, payload]);
}

/** Takes them out again; a payload that was never wrapped comes back as it is. */
export function unwrap(payload: Buffer): Opened {
  if (!isWrapped(payload)) return { payload, properties: undefined, expiresAt: Infinity };
  const end = headBytes + payload.readUInt16BE(mark.length);
  return { payload: payload.subarray(end), ...decode(payload.subarray(headBytes, end)) };
}

function isWrapped(payload: Buffer): boolean {
  return payload.length >= headBytes && payload.readUInt32BE(0) === mark.readUInt32BE(0);
}

function encode(properties: Properties, now: number): Buffer {
  const parts: Buffer[] = [];
  const add = (id: number, ...values: (string | Buffer)[]): void => {
    parts.push(Buffer.of(id));
    for (const value of values) {
      const bytes = Buffer.from(value as string);
      parts.push(Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes);
    }
  };
  const { payloadFormatIndicator, messageExpiryInterval, contentType } = properties;
  const { responseTopic, correlationData, userProperties } = properties;
  if (payloadFormatIndicator !== undefined)
    parts.push(Buffer.of(ids.payloadFormat, payloadFormatIndicator ? 1 : 0));
  if (messageExpiryInterval !== undefined) {
    const instant = Buffer.alloc(9, ids.expiresAt);
    instant.writeDoubleBE(now + messageExpiryInterval * 1000, 1);
    parts.push(instant);
  }
  if (contentType !== undefined) add(ids.contentType, contentType);
  if (responseTopic !== undefined) add(ids.responseTopic, responseTopic);
  if (correlationData !== undefined) add(ids.correlationData, correlationData);
  for (const [name, values] of Object.entries(userProperties ?? {}))
    for (const value of Array.isArray(values) ? values : [values]) add(ids.user, name, value);
  return Buffer.concat(parts);
}

function decode(block: Buffer): Omit<Opened, 'payload'> {
  const properties: Properties = {};
  let expiresAt = Infinity;
  let at = 0;
  const next = (): Buffer => {
    const end = at + 2 + block.readUInt16BE(at);
    const bytes = block.subarray(at + 2, end);
    at = end;
    return bytes;
  };
  while (at < block.length) {
    const id = block[at++];
    if (id === ids.payloadFormat) properties.payloadFormatIndicator = block[at++] === 1;
    else if (id === ids.expiresAt) {
      expiresAt = block.readDoubleBE(at);
      at += 8;
    } else if (id === ids.contentType) properties.contentType = next().toString();
    else if (id === ids.responseTopic) properties.responseTopic = next().toString();
    else if (id === ids.correlationData) properties.correlationData = next();
    else addUser(properties, next().toString(), next().toString());
  }
  return { properties: block.length > 0 ? properties : undefined, expiresAt };
}

/** One name may stand there several times. */
function addUser(properties: Properties, name: string, value: string): void {
  const all = (properties.userProperties ??= Object.create(null) as Record<string, string | string[]>);
  const before = all[name];
  all[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
}
