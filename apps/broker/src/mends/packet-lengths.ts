import packets, { type IPublishPacket } from 'mqtt-packet';

/** What the packet writer remembers: remaining lengths of one and two bytes. */
const lengthEnd = 128 * 128;
/** A PUBLISH of QoS 0 on a topic of one letter, without its payload. */
const headerBytes = 3;

/** Takes what is written, and does nothing with it. */
const nowhere = { write: () => true, cork: () => {}, uncork: () => {}, destroy: () => {} };

/**
 * Has the packet writer remember all lengths now, one behind the other. It keeps each length that it has ever
 * written as a slice of Node's buffer pool, and with the slice the whole block of 64 kB: whoever varies the size of
 * messages would make the broker grow by up to 1 GB.
 * @see https://github.com/mqttjs/mqtt-packet/issues/163
 */
export function rememberPacketLengths(): void {
  const payload = Buffer.alloc(lengthEnd - headerBytes);
  const packet: IPublishPacket = { cmd: 'publish', topic: 'a', qos: 0, dup: false, retain: false, payload };
  for (let length = 0; length < payload.length; length++) {
    packet.payload = payload.subarray(0, length);
    packets.writeToStream(packet, nowhere as unknown as NodeJS.WritableStream);
  }
  packets.writeToStream({ cmd: 'puback', messageId: 1 }, nowhere as unknown as NodeJS.WritableStream);
}
