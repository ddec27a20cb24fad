import { parser as createParser, writeToStream, type Packet } from 'mqtt-packet';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { explainFailure } from './explain-failure.ts';

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

/** What a TLS connection is checked against, and shows of itself; all PEM. */
export interface TlsMaterial {
  ca?: string;
  cert?: string;
  key?: string;
}

/** What `ended` gives when the other side closed, and said no more. */
export const closedByBroker = 'the broker closed the connection';

/** After this part of the keepalive without a word although asked, the broker or the way to it is gone. */
const silentPart = 5 / 6;
const endTimeoutMs = 1000;

/**
 * Opens a TCP (`mqtt:`) or TLS (`mqtts:`) connection. Keeps it alive with PINGREQ every half keepalive
 * [MQTT-3.1.2-23], and cuts it when the broker falls silent.
 * @throws the system's error for TLS material that is not PEM.
 */
export function openWire(options: {
  url: URL;
  /** For `mqtts:`; without a `ca` the public authorities are trusted. */
  tls?: TlsMaterial;
  keepaliveS: number;
  onOpen: () => void;
  onPacket: (packet: Packet) => void;
}): Wire {
  const { url, keepaliveS, tls = {} } = options;
  const isTls = url.protocol === 'mqtts:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (isTls ? 8883 : 1883);
  const socket = isTls
    ? connectTls({ host, port, ...tls, servername: isIP(host) ? '' : host })
    : connectTcp({ host, port });
  socket.setNoDelay(true);
  const parser = createParser({ protocolVersion: 4 });
  const ending = Promise.withResolvers<string>();
  let reason: string = closedByBroker;
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
    reason = explainFailure(error, { host, port, isTls });
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
