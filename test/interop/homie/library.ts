import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Something that comes again and again, as RxJS has it. */
interface Stream<T> {
  subscribe(observer: { next: (value: T) => void }): void;
}
interface Lifecycle {
  onInit(): Promise<void>;
}
interface Device extends Lifecycle {
  readonly state$: Stream<string | undefined>;
  add(node: Node): Node;
}
interface Node {
  add(property: Property): Property;
}
interface Property {
  value: string | undefined;
  readonly value$: Stream<string | undefined>;
  readonly onSetMessage$: Stream<{ valueStr: string }>;
  setCommand$(value: string): Stream<boolean>;
}
interface Options {
  url: string;
  username: string;
  password: string;
}
type Found = { type: 'add'; deviceId: string; makeDevice: () => Device } | { type: 'remove' | 'error' };

/** What is used of node-homie. @see https://github.com/schaze/node-homie */
interface Library {
  HomieDevice: new (is: { id: string; name: string }, options: Options) => Device;
  HomieNode: new (device: Device, is: { id: string; name: string }) => Node;
  HomieProperty: new (node: Node, is: object) => Property;
  DeviceDiscovery: new (options: Options) => Lifecycle & { events$: Stream<Found> };
  HomieDeviceManager: new () => {
    hasDevice(id: string): boolean;
    add(device: Device): Device;
    selectProperty(path: string): Stream<Property>;
  };
}

/** What the environment of one of its programs says. */
const { SOFTWARE = '', MQTT_URL = '', MQTT_USER = '', MQTT_PASSWORD = '' } = process.env;

export const homie = createRequire(join(SOFTWARE, 'package.json'))('node-homie') as Library;
export const options: Options = { url: MQTT_URL, username: MQTT_USER, password: MQTT_PASSWORD };
