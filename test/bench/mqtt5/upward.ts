import type { IPublishPacket, Packet } from 'mqtt';
import type { PacketOf } from './codec.ts';
import type { Connection } from './connection.ts';
import { wrapMessage } from './envelope.ts';
import { firstRefusal, reasons } from './reason-codes.ts';

/** Aliases that a client may give, from 1. */
export const topicAliasMaximum = 16;

/** Longest keep-alive that the broker takes, seconds; a client of MQTT 5 is told another than it asked for. */
export const keepaliveMaxS = 300;

/** What a CONNECT becomes. */
export interface Opening {
  isFive: boolean;
  /** Why it is refused before the broker hears of it. */
  refusal?: number;
  /** The client id, when it brought none. */
  assigned?: string;
  /** Session Expiry Interval, seconds; DISCONNECT may change it. */
  expiryS: number;
  upward: PacketOf<'connect'>;
}

/** Reads a CONNECT of either version, and makes that of 3.1.1 from it. It puts in a client id where there is none. */
export function openSession(packet: PacketOf<'connect'>, now: number): Opening {
  const { properties, ...plain } = packet;
  const will = plain.will && {
    ...plain.will,
    payload: wrapMessage(plain.will, now),
  };
  const upward: PacketOf<'connect'> = { ...plain, ...(will && { will }) };
  if (packet.protocolVersion !== 5) return { isFive: false, expiryS: 0, upward };
  const expiryS = properties?.sessionExpiryInterval ?? 0;
  const assigned = packet.clientId === '' ? (packet.username ?? '') : undefined;
  if (assigned !== undefined) packet.clientId = assigned;
  const keepalive = Math.min(packet.keepalive || keepaliveMaxS, keepaliveMaxS);
  // One that is to outlive its connection is durable; one that is not is ended when the connection closes.
  const clean = packet.clean === true && expiryS === 0;
  return {
    isFive: true,
    expiryS,
    upward: { ...upward, clientId: packet.clientId, protocolVersion: 4, keepalive, clean },
    ...(assigned !== undefined && { assigned }),
    ...(properties?.authenticationMethod !== undefined && { refusal: reasons.badAuthentication }),
  };
}

/** Takes the client's packets, and sends the broker what they are in 3.1.1. */
export function createUpward(connection: Connection): (packet: Packet) => void {
  const { client, broker, isFive, flow, filters, asked, swallowed } = connection;
  const refuse = (reasonCode: number): void => connection.refuse(reasonCode);
  const aliases = new Map<number, string>();

  const publish = (packet: IPublishPacket): void => {
    const { topicAlias, ...properties } = packet.properties ?? {};
    if (topicAlias !== undefined) {
      if (topicAlias < 1 || topicAlias > topicAliasMaximum) return refuse(reasons.topicAliasInvalid);
      if (packet.topic) aliases.set(topicAlias, packet.topic);
      else packet.topic = aliases.get(topicAlias) ?? '';
    }
    if (!packet.topic && isFive) return refuse(reasons.protocolError);
    if (properties.subscriptionIdentifier !== undefined || /[#+]/.test(properties.responseTopic ?? ''))
      return refuse(reasons.protocolError);
    packet.payload = wrapMessage({ ...packet, properties }, connection.now());
    broker.send(packet);
  };
  const subscribe = (packet: PacketOf<'subscribe'>): void => {
    if (packet.properties?.subscriptionIdentifier !== undefined)
      return refuse(reasons.subscriptionIdsNotSupported);
    if (isFive) {
      asked.set(
        packet.messageId!,
        packet.subscriptions.map(({ topic }) => topic),
      );
      for (const { topic, rh } of packet.subscriptions)
        filters.set(topic, { isQuiet: rh === 2 || (rh === 1 && filters.has(topic)) });
    }
    broker.send(packet);
  };
  const disconnect = ({ reasonCode, properties }: PacketOf<'disconnect'>): void => {
    const changedS = properties?.sessionExpiryInterval;
    if (changedS !== undefined) {
      if (connection.expiryS === 0 && changedS !== 0) return refuse(reasons.protocolError);
      connection.expiryS = changedS;
    }
    // Without the word of the client, the broker sends its will.
    if (isFive && reasonCode === reasons.withWill) broker.drop();
    else {
      broker.send({ cmd: 'disconnect' });
      broker.end();
    }
    client.end();
  };

  return (packet) => {
    switch (packet.cmd) {
      case 'publish':
        return publish(packet);
      case 'subscribe':
        return subscribe(packet);
      case 'unsubscribe':
        if (isFive) asked.set(packet.messageId!, packet.unsubscriptions);
        return broker.send(packet);
      case 'pubrec':
        if ((packet.reasonCode ?? 0) >= firstRefusal) {
          // With such a PUBREC the delivery is over; in 3.1.1 PUBREL follows.
          swallowed.add(packet.messageId!);
          flow.release(packet.messageId!);
        }
        return broker.send(packet);
      case 'puback':
      case 'pubcomp':
        flow.release(packet.messageId!);
        return broker.send(packet);
      case 'disconnect':
        return disconnect(packet);
      case 'pingreq':
        // The broker has to hear of it, and cannot answer while the client's window is full.
        if (isFive) client.send({ cmd: 'pingresp' });
        return broker.send(packet);
      case 'pubrel':
        return broker.send(packet);
      default:
        return refuse(reasons.protocolError);
    }
  };
}
