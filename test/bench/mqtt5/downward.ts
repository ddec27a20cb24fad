import type { IConnackPacket, IPublishPacket, Packet } from 'mqtt';
import { codec } from './codec.ts';
import type { Connection } from './connection.ts';
import { unwrap } from './envelope.ts';
import { firstRefusal, reasonOfGranted, reasonOfReturnCode, reasons } from './reason-codes.ts';
import { filterMatches } from './topic-filters.ts';
import { keepaliveMaxS, topicAliasMaximum } from './upward.ts';

/** What the broker takes from a device, and more than its unfinished messages of QoS 2. */
const server = { maximumPacketSize: 65_536, receiveMaximum: 1000 };

/** Takes the broker's packets, and sends the client what they are in its version. */
export function createDownward(connection: Connection): (packet: Packet) => void {
  const { client, broker, isFive, flow, filters, asked, swallowed, connect } = connection;
  const packetMaxBytes = connect.properties?.maximumPacketSize ?? Infinity;

  const connack = ({ returnCode = 0, sessionPresent }: IConnackPacket): void => {
    if (returnCode === 0) connection.onAccepted();
    if (!isFive) return client.send({ cmd: 'connack', returnCode, sessionPresent });
    const reasonCode = reasonOfReturnCode(returnCode);
    const isRefused = reasonCode >= firstRefusal;
    const isKeepaliveOurs = !connect.keepalive || connect.keepalive > keepaliveMaxS;
    client.send({
      cmd: 'connack',
      reasonCode,
      sessionPresent,
      ...(!isRefused && {
        properties: {
          ...server,
          topicAliasMaximum,
          subscriptionIdentifiersAvailable: false,
          sharedSubscriptionAvailable: false,
          ...(isKeepaliveOurs && { serverKeepAlive: keepaliveMaxS }),
          ...(connection.assigned !== undefined && { assignedClientIdentifier: connection.assigned }),
        },
      }),
    });
    if (isRefused) client.end();
  };

  /** The broker believes that the client has it. */
  const swallow = ({ qos, messageId }: IPublishPacket): void => {
    if (qos === 0) return;
    if (qos === 2) swallowed.add(messageId!);
    broker.send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId: messageId! });
  };
  /** A retained message comes by SUBSCRIBE alone; is it one that asked for none? */
  const isUnasked = (topic: string): boolean => {
    const found = [...filters].filter(([filter]) => filterMatches(filter, topic));
    return found.length > 0 && found.every(([, { isQuiet }]) => isQuiet);
  };
  const publish = (packet: IPublishPacket): void => {
    const { payload, properties, expiresAt } = unwrap(packet.payload as Buffer);
    if (expiresAt <= connection.now()) return swallow(packet);
    packet.payload = payload;
    if (!isFive) return client.send(packet);
    if (packet.retain && isUnasked(packet.topic)) return swallow(packet);
    if (properties) packet.properties = properties;
    flow.pass(packet.qos > 0 ? packet.messageId! : null, () => deliver(packet, expiresAt));
  };
  /** Counted down when it leaves: it may have waited for the client. [MQTT-3.3.2-6] */
  const deliver = (packet: IPublishPacket, expiresAt: number): void => {
    const leftMs = expiresAt - connection.now();
    if (expiresAt !== Infinity)
      packet.properties = {
        ...packet.properties,
        messageExpiryInterval: Math.max(1, Math.ceil(leftMs / 1000)),
      };
    const isTooLarge =
      packetMaxBytes !== Infinity && codec.generate(packet, { protocolVersion: 5 }).length > packetMaxBytes;
    if (leftMs > 0 && !isTooLarge) return client.send(packet);
    if (packet.qos > 0) flow.release(packet.messageId!);
    swallow(packet);
  };
  const suback = (messageId: number, granted: number[]): void => {
    const of = asked.get(messageId) ?? [];
    asked.delete(messageId);
    const codes = granted.map((code, i) => reasonOfGranted(code, of[i] ?? ''));
    for (const [i, code] of codes.entries()) if (code >= firstRefusal) filters.delete(of[i] ?? '');
    client.send({ cmd: 'suback', messageId, granted: codes });
  };
  const unsuback = (messageId: number): void => {
    const of = asked.get(messageId) ?? [];
    asked.delete(messageId);
    const granted = of.map((filter) => (filters.delete(filter) ? reasons.success : reasons.noSubscription));
    client.send({ cmd: 'unsuback', messageId, granted });
  };

  return (packet) => {
    if (packet.cmd === 'connack') return connack(packet);
    if (packet.cmd === 'publish') return publish(packet);
    if (isFive && packet.cmd === 'pingresp') return undefined;
    if (packet.cmd === 'pubrel' && swallowed.delete(packet.messageId!))
      return broker.send({ cmd: 'pubcomp', messageId: packet.messageId! });
    if (isFive && packet.cmd === 'suback') return suback(packet.messageId!, packet.granted as number[]);
    if (isFive && packet.cmd === 'unsuback') return unsuback(packet.messageId!);
    return client.send(packet);
  };
}
