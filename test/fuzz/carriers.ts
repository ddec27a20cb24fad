import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { upgrade } from '../conformance/websocket.ts';
import type { Carrier } from '../conformance/wire.ts';

/** Where the broker listens. */
export interface Doors {
  mqttUrl: string;
  wsUrl: string;
}

/** A connection, over WebSocket if wished, and whether it has been closed. */
export interface Line {
  /** Bytes of MQTT; what is sent behind the close is lost. */
  write(bytes: Uint8Array): void;
  /** A frame of any kind, over WebSocket only. */
  sendFrame?: (opcode: number, payload: Uint8Array) => void;
  readonly isClosed: boolean;
  /** When something came last, monotonic ms. */
  readonly heardAt: number;
  destroy(): void;
}

/** `from`: an address of this host, so that not all runs are one visitor to the broker. */
export async function openLine(
  { mqttUrl, wsUrl }: Doors,
  isWebSocket: boolean,
  from: string,
  hear: (bytes: Buffer) => void,
): Promise<Line> {
  const { hostname, port } = new URL(isWebSocket ? wsUrl : mqttUrl);
  const socket = connectSocket({ port: Number(port), host: hostname, localAddress: from, noDelay: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  const carrier: Carrier = {
    write: (bytes) => void (socket.writable && socket.write(bytes)),
    destroy: () => void socket.destroy(),
    onBytes: (take) => void socket.on('data', take),
    onClose: (take) => void socket.once('close', take),
  };
  const upgraded = isWebSocket ? await upgrade(carrier) : null;
  let isClosed = false;
  let heardAt = performance.now();
  carrier.onClose(() => (isClosed = true));
  (upgraded ?? carrier).onBytes((bytes) => {
    heardAt = performance.now();
    hear(bytes);
  });
  return {
    // Frames by hand carry no more than this.
    write: (bytes) => {
      for (let at = 0; at < bytes.length; at += 60_000)
        (upgraded ?? carrier).write(bytes.subarray(at, at + 60_000));
    },
    ...(upgraded && { sendFrame: (opcode, payload) => upgraded.sendFrame(opcode, payload) }),
    get isClosed() {
      return isClosed || socket.destroyed;
    },
    get heardAt() {
      return heardAt;
    },
    destroy: () => carrier.destroy(),
  };
}
