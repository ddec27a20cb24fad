import { parser as createParser, writeToStream, type Packet } from 'mqtt-packet';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A stream of MQTT packets to and from the broker. */
export interface Wire {
  send(packet: Packet): void;
  /** Stops and starts reading: what is not read stays with the broker. */
  pause(): void;
  resume(): void;
  /** Ends at once; the reason is what `ended` gives. */
  cut(reason: string): void;
  /** Sends what waits, then ends. */
  end(): void;
  ended: Promise<string>;
}

/** After this part of the keepalive without a word although asked, the broker or the way to it is gone. */
const silentPart = 5 / 6;
const endTimeoutMs = 1000;

/**
 * Opens a TCP (`mqtt:`) or TLS (`mqtts:`) connection. Keeps it alive with PINGREQ every half keepalive
 * [MQTT-3.1.2-23], and cuts it when the broker falls silent.
 */
export function openWire(options: {
  url: URL;
  keepaliveS: number;
  onOpen: () => void;
  onPacket: (packet: Packet) => void;
}): Wire {
  const { url, keepaliveS } = options;
  const isTls = url.protocol === 'mqtts:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (isTls ? 8883 : 1883);
  const socket = isTls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port });
  socket.setNoDelay(true);
  const parser = createParser({ protocolVersion: 4 });
  const ending = Promise.withResolvers<string>();
  let reason = 'the broker closed the connection';
  let heardAt = performance.now();
  let isPaused = false;

  const send = (packet: Packet): void => {
    if (socket.writable) writeToStream(packet, socket);
  };
  const cut = (why: string): void => {
    reason = why;
    socket.destroy();
  };
  const beat = setInterval(() => {
    const isSilent = performance.now() - heardAt > keepaliveS * 1000 * silentPart;
    if (isSilent && !isPaused) cut('the broker is silent');
    else send({ cmd: 'pingreq' });
  }, keepaliveS * 500);

  parser.on('packet', options.onPacket);
  parser.on('error', (error: Error) => cut(`the broker sent what is not MQTT: ${error.message}`));
  socket.on(isTls ? 'secureConnect' : 'connect', options.onOpen);
  socket.on('data', (bytes) => {
    heardAt = performance.now();
    parser.parse(bytes);
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    reason = error.message || `${error.code ?? error.name} at ${host}:${port}`;
  });
  socket.on('close', () => {
    clearInterval(beat);
    ending.resolve(reason);
  });
  return {
    send,
    cut,
    ended: ending.promise,
    pause() {
      isPaused = true;
      socket.pause();
    },
    resume() {
      isPaused = false;
      heardAt = performance.now();
      socket.resume();
    },
    end() {
      // A paused socket would never see the end of the other side.
      socket.resume();
      send({ cmd: 'disconnect' });
      socket.destroySoon();
      // A frozen broker would hold up the end for ever.
      setTimeout(() => socket.destroy(), endTimeoutMs).unref();
    },
  };
}
