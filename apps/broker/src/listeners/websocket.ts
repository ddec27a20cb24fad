import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';

export interface WebSocketOptions {
  /** Largest frame in bytes; an MQTT packet may be spread over several. */
  frameMaxBytes: number;
  /** For the request to come. */
  timeoutMs: number;
  /** `socket` is what carries the stream. */
  onStream: (stream: Duplex, socket: Socket) => void;
}

/** Makes streams of MQTT of sockets that ask for WebSocket. */
export interface WebSocketStage extends Disposable {
  accept(socket: Socket): void;
}

export function createWebSocketStage({
  frameMaxBytes,
  timeoutMs,
  onStream,
}: WebSocketOptions): WebSocketStage {
  const http = createServer(
    {
      headersTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      connectionsCheckingInterval: 500,
      maxHeaderSize: 8192,
    },
    (_request, response) =>
      response
        .writeHead(426, { connection: 'close', upgrade: 'websocket' })
        .end('MQTT over WebSocket is spoken here.\n'),
  );
  const upgrades = new WebSocketServer({
    noServer: true,
    maxPayload: frameMaxBytes,
    perMessageDeflate: false,
    handleProtocols: () => 'mqtt', // [MQTT-6.0.0-4]
  });
  http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => {});
    if (!isWelcome(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () =>
        socket.destroy(),
      );
      return;
    }
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      const stream = createWebSocketStream(webSocket, { decodeStrings: true });
      stream.on('error', () => {});
      // [MQTT-6.0.0-1]
      webSocket.prependListener('message', (_data, isBinary) => {
        if (!isBinary) stream.destroy();
      });
      onStream(stream, socket);
    });
  });
  return {
    accept: (socket) => void http.emit('connection', socket),
    [Symbol.dispose]() {
      http.removeAllListeners();
      upgrades.close();
    },
  };
}

/**
 * Who offers `mqtt` [MQTT-6.0.0-3] and is no page of another site: browsers tell where a page is from, and a page of
 * anywhere must not reach a broker at home through the browser of somebody who lives there.
 */
function isWelcome({ headers }: IncomingMessage): boolean {
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
  if (!offered.includes('mqtt')) return false;
  if (headers.origin === undefined) return true;
  try {
    return new URL(headers.origin).hostname === new URL(`http://${headers.host}`).hostname;
  } catch {
    return false;
  }
}
