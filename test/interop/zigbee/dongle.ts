import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { ieeeBytes, uint16 } from './attributes.ts';
import { announcementOf, describe, type ZigbeeDevice } from './device.ts';

/** The network that the dongle says it has; Zigbee2MQTT is configured with the same. */
export const network = {
  panId: 0x1a62,
  extendedPanId: [0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8],
  networkKey: [1, 3, 5, 7, 9, 11, 13, 15, 0, 2, 4, 6, 8, 10, 12, 13],
  channel: 11,
};

/** Types and subsystems of MT, and what is used of each. @see Z-Stack Monitor and Test API, SWRA198 */
const type = { request: 1, indication: 2, response: 3 } as const;
const system = { sys: 1, af: 4, zdo: 5, util: 7 } as const;
const startOfFrame = 0xfe;
const coordinatorIeee = ieeeBytes('00124b00aabbccdd');
const success = Buffer.from([0]);

/** A Zigbee coordinator on the network, and the devices that are in reach of its radio. */
export interface Dongle extends AsyncDisposable {
  readonly port: number;
  /** Devices announce themselves, as when they are paired. Nothing happens while nobody uses the dongle. */
  pair(...devices: readonly ZigbeeDevice[]): void;
  /** Commands that it does not know, as subsystem and number. */
  readonly unknown: readonly string[];
}

/** Items of its memory that say that it has a network: otherwise it would be given one, which takes seconds. */
function memory(): ReadonlyMap<number, Buffer> {
  const key = Buffer.from([0, ...network.networkKey]);
  const networkInformation = Buffer.alloc(110);
  networkInformation.writeUInt8(network.channel, 22);
  coordinatorIeee.copy(networkInformation, 25);
  networkInformation.writeUInt16LE(network.panId, 33);
  networkInformation.writeUInt32LE(1 << network.channel, 36);
  Buffer.from(network.extendedPanId.toReversed()).copy(networkInformation, 53);
  return new Map([
    [0x21, networkInformation],
    [0x3a, key],
    [0x3b, key],
    [0x60, Buffer.from([0x55])],
    [0x62, Buffer.from(network.networkKey)],
    [0x82, Buffer.concat([key, Buffer.alloc(4)])],
  ]);
}

/**
 * A CC2652 with Z-Stack 3.x0 behind a serial-to-network adapter, as far as Zigbee2MQTT uses it: frames of MT in, what
 * the radio hears out. It is Texas Instruments' protocol, and knows nothing of the library that speaks it.
 * @see https://www.zigbee2mqtt.io/guide/adapters/zstack.html
 */
export async function startDongle(): Promise<Dongle> {
  const items = memory();
  const devices = new Map<number, ZigbeeDevice>();
  const unknown: string[] = [];
  const sockets = new Set<Socket>();
  const send = (kind: number, subsystem: number, command: number, data: Buffer): void => {
    const head = Buffer.from([data.length, (kind << 5) | subsystem, command]);
    const checked = Buffer.concat([head, data]);
    const sum = checked.reduce((xor, byte) => xor ^ byte, 0);
    for (const socket of sockets)
      socket.write(Buffer.concat([Buffer.from([startOfFrame]), checked, Buffer.from([sum])]));
  };
  const hear = (device: ZigbeeDevice, cluster: number, frame: Buffer): void => {
    const head = Buffer.alloc(17);
    head.writeUInt16LE(cluster, 2);
    head.writeUInt16LE(device.address, 4);
    head.set([1, 1, 0, 120], 6);
    head.writeUInt8(frame.length, 16);
    send(type.indication, system.af, 0x81, Buffer.concat([head, frame]));
  };
  const transmit = (data: Buffer): void => {
    const device = devices.get(data.readUInt16LE(0));
    const cluster = data.readUInt16LE(4);
    send(type.response, system.af, 1, success);
    // No acknowledgement by the radio (MAC_NO_ACK) of who is not there.
    send(type.indication, system.af, 0x80, Buffer.from([device?.isInReach ? 0 : 0xe9, data[3]!, data[6]!]));
    if (device?.isInReach)
      for (const frame of device.receive(cluster, data.subarray(10))) hear(device, cluster, frame);
  };
  const describeTo = (command: number, data: Buffer): void => {
    send(type.response, system.zdo, command, success);
    const address = data.readUInt16LE(0);
    const device = devices.get(address);
    const answer = address === 0 || device?.isInReach ? describe(command, data, device ?? null) : null;
    if (answer !== null)
      send(type.indication, system.zdo, command | 0x80, Buffer.concat([data.subarray(0, 2), answer]));
  };
  const ownAnswers: Readonly<Record<string, (data: Buffer) => Buffer>> = {
    // It can do all that a coordinator can.
    [`${system.sys}.1`]: () => Buffer.from([0x79, 0x15]),
    // Z-Stack 3.x0, firmware of 7 May 2023.
    [`${system.sys}.2`]: () => Buffer.from([2, 1, 2, 7, 1, 0x6b, 0xb1, 0x34, 0x01]),
    [`${system.sys}.4`]: () => coordinatorIeee,
    [`${system.sys}.19`]: (data) => uint16(items.get(data.readUInt16LE(0))?.length ?? 0),
    [`${system.sys}.28`]: (data) => {
      const value = (items.get(data.readUInt16LE(0)) ?? Buffer.alloc(0)).subarray(data.readUInt16LE(2));
      return Buffer.concat([Buffer.from([0, value.length]), value]);
    },
    // It runs as a coordinator (9).
    [`${system.util}.0`]: () => Buffer.concat([success, coordinatorIeee, Buffer.from([0, 0, 7, 9, 0])]),
    // It has no memory of the larger kind.
    [`${system.sys}.50`]: () => success,
    // Routes are found at once.
    [`${system.zdo}.69`]: () => success,
    [`${system.zdo}.74`]: () => Buffer.from([0, 0xf2, 0x0b, 0]),
    [`${system.zdo}.80`]: () =>
      Buffer.concat([
        Buffer.from([0, 0, 9]),
        uint16(network.panId),
        Buffer.from([0, 0]),
        Buffer.from(network.extendedPanId.toReversed()),
        Buffer.alloc(8),
        Buffer.from([network.channel]),
      ]),
  };
  const take = (subsystem: number, command: number, data: Buffer): void => {
    const answer = ownAnswers[`${subsystem}.${command}`];
    if (answer) send(type.response, subsystem, command, answer(data));
    else if (subsystem === system.af && command === 1) transmit(data);
    else if (subsystem === system.zdo && command < 0x40) describeTo(command, data);
    else {
      unknown.push(`${subsystem}.${command}`);
      send(type.response, subsystem, command, success);
    }
  };

  const server = createServer((socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      // One byte in front of all wakes the boot loader of older dongles.
      while (rest.length > 0 && rest[0] !== startOfFrame) rest = rest.subarray(1);
      while (rest.length >= 5 && rest.length >= rest[1]! + 5) {
        const end = rest[1]! + 4;
        take(rest[2]! & 0x1f, rest[3]!, rest.subarray(4, end));
        rest = rest.subarray(end + 1);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    unknown,
    pair(...added) {
      for (const device of added) {
        devices.set(device.address, device);
        device.hearer = (cluster, frame) => hear(device, cluster, frame);
        send(
          type.indication,
          system.zdo,
          0xca,
          Buffer.concat([uint16(device.address), device.ieee, Buffer.from([0, 0])]),
        );
        send(type.indication, system.zdo, 0xc1, announcementOf(device));
      }
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
