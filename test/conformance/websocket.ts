import { randomBytes } from 'node:crypto';
import type { Carrier } from './wire.ts';

/** Operation codes of WebSocket frames. @see RFC 6455, 5.2 */
export const opcodes = { text: 1, binary: 2, close: 8 } as const;

/** A WebSocket by hand: frames as they are wanted, not as a library would cut them. */
export interface WebSocketCarrier extends Carrier {
  /** The header lines of the answer to the upgrade, in lower case. */
  readonly answer: readonly string[];
  sendFrame(opcode: number, payload: Uint8Array): void;
}

/** Makes a WebSocket of a connection, and offers these subprotocols. @throws when the answer is not 101 */
export async function upgrade(
  carrier: Carrier,
  protocols: readonly string[] = ['mqtt'],
): Promise<WebSocketCarrier> {
  const request = [
    'GET /mqtt HTTP/1.1',
    'Host: localhost',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Protocol: ${protocols.join(', ')}`,
  ];
  carrier.write(Buffer.from(`${request.join('\r\n')}\r\n\r\n`));
  const sendFrame = (opcode: number, payload: Uint8Array): void => carrier.write(frame(opcode, payload));
  /** A close is answered, as every client has to; a text is nothing that a broker may send. [MQTT-6.0.0-1] */
  const onControl = (opcode: number, payload: Buffer): void => {
    if (opcode === opcodes.close) sendFrame(opcode, payload);
    if (opcode === opcodes.text) carrier.destroy();
  };
  let rest: Buffer = Buffer.alloc(0);
  let hear: ((bytes: Buffer) => void) | null = null;
  const answer = await new Promise<string[]>((resolve, reject) => {
    let isUpgraded = false;
    carrier.onClose(() => reject(new Error('closed before the upgrade')));
    carrier.onBytes((bytes) => {
      rest = Buffer.concat([rest, bytes]);
      const end = rest.indexOf('\r\n\r\n');
      if (!isUpgraded && end >= 0) {
        const lines = rest.toString('latin1', 0, end).toLowerCase().split('\r\n');
        rest = rest.subarray(end + 4);
        isUpgraded = true;
        if (lines[0]!.startsWith('http/1.1 101')) resolve(lines);
        else reject(new Error(`the upgrade was answered with ${lines[0]!}`));
      }
      if (isUpgraded && hear) rest = readFrames(rest, hear, onControl);
    });
  });
  return {
    answer,
    sendFrame,
    write: (bytes) => sendFrame(opcodes.binary, bytes),
    destroy: () => carrier.destroy(),
    onClose: (listener) => carrier.onClose(listener),
    onBytes(listener) {
      hear = listener;
      rest = readFrames(rest, listener, onControl);
    },
  };
}

/** One final frame, masked as a client's has to be. */
function frame(opcode: number, payload: Uint8Array): Buffer {
  const mask = randomBytes(4);
  const { length } = payload;
  const head = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
  return Buffer.concat([
    Buffer.from([0x80 | opcode, ...head]),
    mask,
    Buffer.from(payload.map((byte, i) => byte ^ mask[i % 4]!)),
  ]);
}

/** Hands over the payloads of whole frames, binary ones to `hear`, and gives what is left. */
function readFrames(
  bytes: Buffer,
  hear: (payload: Buffer) => void,
  onControl: (opcode: number, payload: Buffer) => void,
): Buffer {
  let rest = bytes;
  while (rest.length >= 2) {
    const short = rest[1]! & 0x7f;
    const start = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (rest.length < start) return rest;
    const length =
      short === 127 ? Number(rest.readBigUInt64BE(2)) : short === 126 ? rest.readUInt16BE(2) : short;
    const end = start + length;
    if (rest.length < end) return rest;
    const opcode = rest[0]! & 15;
    const payload = rest.subarray(start, end);
    if (opcode === opcodes.text || opcode === opcodes.close) onControl(opcode, payload);
    else hear(payload);
    rest = rest.subarray(end);
  }
  return rest;
}
