import type { ListenerFace } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { Certificates } from '../certificates/certificates.ts';
import type { BrokerConfig } from '../config.ts';
import { handshakesMax, handshakeTimeoutMs, webSocketFrameMaxBytes } from '../limits.ts';
import { createDoor, type Guest } from './door.ts';
import { isLoopback, listen, reachable } from './listen.ts';
import type { TakeIn } from './take-in.ts';
import { createTlsStage, type TlsStage } from './tls.ts';
import { createWebSocketStage } from './websocket.ts';

/** The open doors of the broker. */
export interface Listeners extends AsyncDisposable {
  readonly faces: readonly ListenerFace[];
  /** Where clients on this machine connect, by the names that a part reports itself with. */
  readonly address: {
    readonly mqttUrl: string;
    readonly mqttsUrl: string;
    readonly wsUrl: string;
    readonly wssUrl: string;
    readonly mutualUrl?: string;
  };
  /** Gives new connections the certificate that is valid now. */
  renew(): void;
}

const schemes = { mqtt: 'mqtt', mqtts: 'mqtts', ws: 'ws', wss: 'wss', mutual: 'mqtts' } as const;
type Kind = keyof typeof schemes;

/**
 * Opens what the configuration says: MQTT over TCP and WebSocket, with and without TLS.
 * @throws the system's error with the `variable` of the port that cannot be had.
 */
export async function openListeners(
  config: BrokerConfig,
  certificates: Certificates,
  takeIn: TakeIn,
  log: Log,
): Promise<Listeners> {
  await using open = new AsyncDisposableStack();
  const door = createDoor(config.HEARTH_MQTT_CONNECTIONS_MAX);
  const faces: ListenerFace[] = [];
  const urls: Partial<Record<Kind, string>> = {};
  const stages: TlsStage[] = [];
  const context = (): SecureContextOptions => ({
    cert: certificates.server.certificate,
    key: certificates.server.key,
  });

  const webSocket = (): ((socket: Socket, guest: Guest) => void) => {
    const guests = new WeakMap<Socket, Guest>();
    const stage = open.use(
      createWebSocketStage({
        frameMaxBytes: webSocketFrameMaxBytes,
        timeoutMs: handshakeTimeoutMs,
        onStream: (stream, socket) => takeIn(stream, socket, guests.get(socket)!),
      }),
    );
    return (socket, guest) => {
      guest.serve();
      guests.set(socket, guest);
      stage.accept(socket);
    };
  };
  const overTls = (
    next: (socket: Socket, guest: Guest) => void,
    clientAuthority: string | null = null,
  ): ((socket: Socket, guest: Guest) => void) => {
    const options = {
      context: context(),
      clientAuthority,
      handshakesMax,
      handshakeTimeoutMs,
      onSecure: next,
    };
    const stage = open.use(createTlsStage(options));
    stages.push(stage);
    return (socket, guest) => stage.accept(socket, guest);
  };
  const add = async (
    kind: Kind,
    variable: string,
    host: string,
    port: number,
    accept: (socket: Socket, guest: Guest) => void,
  ): Promise<void> => {
    const onSocket = (socket: Socket): void => {
      const guest = door.admit(socket);
      if (guest) accept(socket, guest);
    };
    const listener = open.use(await listen({ host, port, variable, onSocket }));
    faces.push({ kind, host, port: listener.port });
    urls[kind] = `${schemes[kind]}://${reachable(host)}:${listener.port}`;
  };

  const direct = (socket: Socket, guest: Guest): void => takeIn(socket, socket, guest);
  const {
    HEARTH_MQTT_HOST: clearHost,
    HEARTH_MQTTS_HOST: tlsHost,
    HEARTH_MQTT_MTLS_PORT: mutualPort,
  } = config;
  if (!isLoopback(clearHost))
    log.warn(
      { host: clearHost },
      'HEARTH_MQTT_HOST opens MQTT without TLS to the network: who listens there reads secrets and readings',
    );
  await add('mqtt', 'HEARTH_MQTT_PORT', clearHost, config.HEARTH_MQTT_PORT, direct);
  await add('mqtts', 'HEARTH_MQTTS_PORT', tlsHost, config.HEARTH_MQTTS_PORT, overTls(direct));
  await add('ws', 'HEARTH_MQTT_WS_PORT', clearHost, config.HEARTH_MQTT_WS_PORT, webSocket());
  await add('wss', 'HEARTH_MQTT_WSS_PORT', tlsHost, config.HEARTH_MQTT_WSS_PORT, overTls(webSocket()));
  if (mutualPort !== undefined)
    await add(
      'mutual',
      'HEARTH_MQTT_MTLS_PORT',
      tlsHost,
      mutualPort,
      overTls(direct, certificates.authority),
    );

  const parts = open.move();
  const { mqtt = '', mqtts = '', ws = '', wss = '', mutual } = urls;
  return {
    faces,
    address: {
      mqttUrl: mqtt,
      mqttsUrl: mqtts,
      wsUrl: ws,
      wssUrl: wss,
      ...(mutual !== undefined && { mutualUrl: mutual }),
    },
    renew() {
      for (const stage of stages) stage.setContext(context());
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
