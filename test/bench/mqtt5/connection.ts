import type { Packet } from 'mqtt';
import { connect as connectSocket, type Socket } from 'node:net';
import type { PacketOf } from './codec.ts';
import { createDownward } from './downward.ts';
import { createFlowControl, type FlowControl } from './flow-control.ts';
import { createPeer, type Peer } from './peer.ts';
import { reasons } from './reason-codes.ts';
import type { Begun, Filters, SessionExpiry } from './session-expiry.ts';
import { createUpward, openSession, type Opening } from './upward.ts';

/** What all connections of a front share. */
export interface Shared {
  brokerPort: number;
  now: () => number;
  expiry: SessionExpiry;
  /** By client id, the newest connection: the broker closes the one before. */
  latest: Map<string, Socket>;
}

/** One client between its socket and the broker's. */
export interface Connection extends Opening {
  readonly client: Peer;
  readonly broker: Peer;
  readonly now: () => number;
  readonly connect: PacketOf<'connect'>;
  readonly filters: Filters;
  readonly flow: FlowControl;
  /** SUBSCRIBE and UNSUBSCRIBE that the broker has not answered, by packet id. */
  readonly asked: Map<number, string[]>;
  /** Deliveries of QoS 2 that the client does not get: they are acknowledged in its place. */
  readonly swallowed: Set<number>;
  /** The broker has let the client in. */
  onAccepted(): void;
  /** Says why, where the version has words for it, and closes. */
  refuse(reasonCode: number): void;
}

/** Without a Receive Maximum a client takes as many as there are packet ids. */
const receiveMaximumMost = 65_535;

/** Waits for CONNECT, opens the way to the broker, and translates until one of both closes. */
export function takeIn(socket: Socket, shared: Shared): void {
  let onPacket = (packet: Packet): void => {
    if (packet.cmd === 'connect') open(packet).catch(() => socket.destroy());
    else socket.destroy();
  };
  let onMalformed = (): void => void socket.destroy();
  let onClose = (): void => {};
  const client = createPeer(socket, 4, {
    onPacket: (packet) => onPacket(packet),
    onMalformed: () => onMalformed(),
    onClose: () => onClose(),
  });

  async function open(connect: PacketOf<'connect'>): Promise<void> {
    const early: Packet[] = [];
    onPacket = (packet) => void early.push(packet);
    socket.pause();
    const opening = openSession(connect, shared.now());
    const { isFive, refusal, upward } = opening;
    client.version = isFive ? 5 : 4;
    if (refusal !== undefined) {
      client.send({ cmd: 'connack', reasonCode: refusal, sessionPresent: false });
      client.end();
      return;
    }
    const begun = isFive ? await shared.expiry.begin(connect, upward.clean === false) : undefined;
    if (socket.destroyed) return;
    join(connect, opening, begun);
    for (const packet of early) onPacket(packet);
    socket.resume();
  }

  function join(connect: PacketOf<'connect'>, opening: Opening, begun: Begun | undefined): void {
    const name = connect.clientId;
    const toBroker = connectSocket({ port: shared.brokerPort, host: '127.0.0.1', noDelay: true });
    const broker = createPeer(toBroker, 4, {
      onPacket: (packet) => downward(packet),
      onMalformed: () => toBroker.destroy(),
      onClose: () => refuse(isTakenOver() ? reasons.takenOver : reasons.unspecified),
    });
    const isTakenOver = (): boolean => (shared.latest.get(name) ?? toBroker) !== toBroker;
    const refuse = (reasonCode: number): void => {
      if (opening.isFive && socket.writable) client.send({ cmd: 'disconnect', reasonCode });
      client.end();
    };
    const most = connect.properties?.receiveMaximum ?? receiveMaximumMost;
    const connection: Connection = {
      ...opening,
      client,
      broker,
      now: shared.now,
      connect,
      filters: begun?.filters ?? new Map(),
      flow: createFlowControl(most, (isFull) => (isFull ? toBroker.pause() : toBroker.resume())),
      asked: new Map(),
      swallowed: new Set(),
      onAccepted: () => begun?.hold(),
      refuse,
    };
    const downward = createDownward(connection);
    onPacket = createUpward(connection);
    onMalformed = () => refuse(reasons.malformed);
    onClose = () => {
      // Without DISCONNECT before it, the will is due.
      broker.drop();
      if (!isTakenOver()) begun?.leave(connection.expiryS);
      if (shared.latest.get(name) === toBroker) shared.latest.delete(name);
    };
    shared.latest.set(name, toBroker);
    holdBack(socket, toBroker, () => connection.flow.isFull);
    broker.send(opening.upward);
  }
}

/** Who sends waits for who does not read. */
function holdBack(client: Socket, broker: Socket, isFull: () => boolean): void {
  client.on('data', () => {
    if (!broker.writableNeedDrain) return;
    client.pause();
    broker.once('drain', () => client.resume());
  });
  broker.on('data', () => {
    if (!client.writableNeedDrain) return;
    broker.pause();
    client.once('drain', () => isFull() || broker.resume());
  });
}
