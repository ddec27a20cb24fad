import type { IPublishPacket, Packet } from 'mqtt';
import { createRequire } from 'node:module';

/** A packet of one kind, as the parser gives it. */
export type PacketOf<Cmd extends Packet['cmd']> = Extract<Packet, { cmd: Cmd }>;

/** Properties of a PUBLISH. */
export type Properties = NonNullable<IPublishPacket['properties']>;

interface Parser {
  on(event: 'packet', listener: (packet: Packet) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  parse(bytes: Buffer): number;
}

/** What of mqtt-packet is used. */
interface Codec {
  parser(settings?: { protocolVersion: number }): Parser;
  generate(packet: Packet, settings: { protocolVersion: number }): Buffer;
  writeToStream(packet: Packet, stream: unknown, settings: { protocolVersion: number }): boolean;
}

/** mqtt-packet, the one that MQTT.js and aedes have under them. */
export const codec = createRequire(createRequire(import.meta.url).resolve('mqtt'))('mqtt-packet') as Codec;
