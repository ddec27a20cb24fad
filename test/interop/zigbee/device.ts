import { ieeeBytes, uint16, type Attribute, type Attributes } from './attributes.ts';
import { answerZcl, reportZcl } from './zcl.ts';

/** What a device is, to who pairs with it. */
export interface ZigbeeModel {
  /** Names of the Basic cluster, by which Zigbee2MQTT finds its definition. */
  maker: string;
  model: string;
  /** Manufacturer code of its node descriptor. */
  manufacturerCode: number;
  /** Runs on mains power and never sleeps. */
  isMains: boolean;
  /** Device id of Home Automation: 0x0301 thermostat, 0x0302 temperature sensor. */
  deviceType: number;
  /** What it has, by cluster. */
  clusters: ReadonlyMap<number, Attributes>;
}

/** A device in reach of the radio: it answers what it is asked, and reports. */
export interface ZigbeeDevice {
  readonly address: number;
  /** Eight bytes, the last one first, as on the air. */
  readonly ieee: Buffer;
  readonly model: ZigbeeModel;
  /** False is a flat battery: it acknowledges and answers nothing. */
  isInReach: boolean;
  /** What was read and written, in order, such as `read 0201/0000` and `write 0201/0012 2150`. */
  readonly log: readonly string[];
  /** Answers to one frame of ZCL. */
  receive(cluster: number, frame: Buffer): Buffer[];
  /** Whose radio hears it. */
  hearer: (cluster: number, frame: Buffer) => void;
  /** Something changes in the room, or by itself. */
  change(cluster: number, attribute: number, value: number): void;
  /** Says what it has, without being asked. */
  report(cluster: number, attribute: number): void;
}

/** `onWrite` is what the device does once it was written to; a real one acts a moment after it has answered. */
export function makeZigbeeDevice(
  address: number,
  model: ZigbeeModel,
  onWrite: (device: ZigbeeDevice, cluster: number, attribute: number) => void = () => {},
): ZigbeeDevice {
  const ieee = ieeeBytes(`00124b00000000${address.toString(16).padStart(2, '0')}`);
  const log: string[] = [];
  let sequence = 0;
  const known = (cluster: number, attribute: number): Attribute => {
    const found = model.clusters.get(cluster)?.get(attribute);
    if (!found) throw new Error(`${model.model} has no attribute ${hex(cluster)}/${hex(attribute)}`);
    return found;
  };
  const device: ZigbeeDevice = {
    address,
    ieee,
    model,
    isInReach: true,
    log,
    receive(cluster, frame) {
      const { answers, noted, written } = answerZcl(model.clusters.get(cluster) ?? new Map(), frame);
      for (const [verb, attribute, value] of noted)
        log.push(`${verb} ${hex(cluster)}/${hex(attribute)} ${value}`.trim());
      for (const attribute of written) setImmediate(() => onWrite(device, cluster, attribute));
      return answers;
    },
    hearer: () => {},
    change: (cluster, attribute, value) => void (known(cluster, attribute).value = value),
    report(cluster, attribute) {
      sequence = (sequence + 1) % 256;
      device.hearer(cluster, reportZcl(sequence, attribute, known(cluster, attribute)));
    },
  };
  return device;
}

const hex = (id: number): string => id.toString(16).padStart(4, '0');

/** The announcement of a device that joined: its addresses, and its capabilities. */
export function announcementOf({ address, ieee, model }: ZigbeeDevice): Buffer {
  const short = uint16(address);
  return Buffer.concat([short, short, ieee, Buffer.from([model.isMains ? 0x8e : 0x80])]);
}

/**
 * The answer of a device, or of the coordinator (null), to a request of ZDO, from its status on; null for what is not
 * answered. @see Zigbee specification 05-3474, 2.4.4
 */
export function describe(command: number, request: Buffer, device: ZigbeeDevice | null): Buffer | null {
  const address = request.subarray(0, 2);
  const head = Buffer.concat([Buffer.from([0]), address]);
  // The endpoints that Zigbee2MQTT registers at a coordinator are all there.
  const endpoints = device ? [1] : [1, 2, 3, 4, 5, 6, 8, 10, 11, 12, 13, 47, 110, 239, 242];
  switch (command) {
    // Node descriptor.
    case 0x02:
      return Buffer.concat([
        head,
        Buffer.from([device ? (device.model.isMains ? 1 : 2) : 0, 0x40, device?.model.isMains ? 0x8e : 0x80]),
        uint16(device?.model.manufacturerCode ?? 0),
        Buffer.from([0x50, 0xa0, 0, 0, 0, 0xa0, 0, 0]),
      ]);
    // Simple descriptor.
    case 0x04:
      return Buffer.concat([head, simpleDescriptor(request[4]!, device)]);
    // Active endpoints.
    case 0x05:
      return Buffer.concat([head, Buffer.from([endpoints.length, ...endpoints])]);
    // Bind and unbind.
    case 0x21:
    case 0x22:
      return Buffer.from([0]);
    default:
      return null;
  }
}

function simpleDescriptor(endpoint: number, device: ZigbeeDevice | null): Buffer {
  const clusters = [...(device?.model.clusters.keys() ?? [])];
  const body = Buffer.concat([
    Buffer.from([endpoint]),
    uint16(0x0104),
    uint16(device?.model.deviceType ?? 5),
    Buffer.from([0, clusters.length]),
    ...clusters.map(uint16),
    Buffer.from([0]),
  ]);
  return Buffer.concat([Buffer.from([body.length]), body]);
}
