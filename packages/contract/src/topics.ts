import { deviceIdPattern, homeIdPattern } from './ids.ts';

/** The last level of a native topic, `hearth/v1/{home}/{device}/{kind}`. */
export const messageKinds = ['about', 'status', 'reading', 'receipt', 'request', 'response'] as const;
export type MessageKind = (typeof messageKinds)[number];

export interface DeviceTopic {
  home: string;
  device: string;
  kind: MessageKind;
}

/** Who publishes each kind, at which QoS, and whether the broker retains it. */
export const messageRules: Record<
  MessageKind,
  { from: 'device' | 'platform'; qos: 1; isRetained: boolean; summary: string }
> = {
  about: { from: 'device', qos: 1, isRetained: true, summary: 'What the device is and can do' },
  status: { from: 'device', qos: 1, isRetained: true, summary: 'Online or offline; also the will' },
  reading: { from: 'device', qos: 1, isRetained: true, summary: 'Values measured at one instant' },
  receipt: { from: 'platform', qos: 1, isRetained: true, summary: 'All readings up to here are stored' },
  request: { from: 'platform', qos: 1, isRetained: false, summary: 'Asks for values, or sets them' },
  response: { from: 'device', qos: 1, isRetained: false, summary: 'The answer to one request' },
};

export const deviceWrites = messageKinds.filter((kind) => messageRules[kind].from === 'device');
export const deviceReads = messageKinds.filter((kind) => messageRules[kind].from === 'platform');

/** `hearth/v1/{home}/{device}/{kind}` */
export function deviceTopic(home: string, device: string, kind: MessageKind): string {
  return `hearth/v1/${home}/${device}/${kind}`;
}

/** The filter for one kind of message of every device in every home. */
export function anyDeviceFilter(kind: MessageKind): string {
  return `hearth/v1/+/+/${kind}`;
}

const topicPattern = new RegExp(
  `^hearth/v1/(${homeIdPattern})/(${deviceIdPattern})/(${messageKinds.join('|')})$`,
);

/** The parts of a native topic; null for any other topic. */
export function parseDeviceTopic(topic: string): DeviceTopic | null {
  const match = topicPattern.exec(topic);
  if (!match) return null;
  const [, home, device, kind] = match;
  return { home: home!, device: device!, kind: kind as MessageKind };
}
