import mqttPacket, { type IPublishPacket, type Packet } from 'mqtt-packet';

/** A packet of one kind, as the parser gives it. */
export type PacketOf<Cmd extends Packet['cmd']> = Extract<Packet, { cmd: Cmd }>;

/** Properties of a PUBLISH. */
export type Properties = NonNullable<IPublishPacket['properties']>;

/** mqtt-packet, the one that MQTT.js and aedes have under them. */
export const codec = mqttPacket;
