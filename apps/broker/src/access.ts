import {
  controlTopics,
  deviceReads,
  deviceTopic,
  deviceWrites,
  excerpt,
  messageRules,
  parseDeviceTopic,
  refusedTopic,
} from '@hearth/contract';
import { deviceWillMaxBytes, payloadLimits } from './limits.ts';
import { filterCovers, filterMatches, filtersOverlap, isTopicFilter, isTopicName } from './topics.ts';

export type Role = 'device' | 'gateway' | 'service';

/** Who a connection is, once its secret was seen. */
export type Identity =
  | { role: 'device'; id: string; home: string }
  | { role: 'gateway'; id: string; topics: readonly string[] }
  | { role: 'service'; id: string };

/** Why something is not allowed: a short name of the rule, and a sentence for a person. */
export interface Breach {
  rule: string;
  detail: string;
}

/** What of a PUBLISH or a will the rules look at. */
export interface Message {
  topic: string;
  qos: number;
  retain: boolean;
  payload: string | Uint8Array;
}

const breach = (rule: string, detail: string): Breach => ({ rule, detail });

// Native topics belong to the devices and the api, `$…` to the broker: no gateway credential reaches there.
const nativeFilter = 'hearth/v1/#';

/** Why this connection may not publish this message; null if it may. */
export function checkPublish(identity: Identity, message: Message): Breach | null {
  const topic = excerpt(message.topic);
  if (!isTopicName(message.topic))
    return breach('topic', `A topic takes no wildcards and no control characters, got ${topic}.`);
  const size = Buffer.byteLength(message.payload);
  const most = payloadLimits[identity.role];
  if (size > most)
    return breach('size', `At most ${most} bytes in a message, got ${size} bytes on ${topic}.`);
  if (identity.role === 'device') return checkDevicePublish(identity, message);
  if (identity.role === 'gateway') return checkGatewayTopic(identity, message.topic);
  if (!message.topic.startsWith('$')) return null;
  if (message.topic === controlTopics.request && !message.retain) return null;
  return breach('control', `Only ${controlTopics.request} is taken, not retained, got ${topic}.`);
}

function checkDevicePublish(identity: Identity & { role: 'device' }, message: Message): Breach | null {
  const topic = parseDeviceTopic(message.topic);
  if (topic?.home !== identity.home || topic.device !== identity.id || !deviceWrites.includes(topic.kind))
    return breach(
      'foreign-topic',
      `Publish to ${ownTopics(identity, deviceWrites)} only, got ${excerpt(message.topic)}.`,
    );
  if (message.qos > messageRules[topic.kind].qos)
    return breach('qos', `Publish ${topic.kind} with QoS 0 or 1, got ${message.qos}.`);
  if (message.retain && !messageRules[topic.kind].isRetained)
    return breach('retain', `Publish ${topic.kind} without the retain flag.`);
  return null;
}

function checkGatewayTopic(identity: Identity & { role: 'gateway' }, topic: string): Breach | null {
  if (isGatewayTopic(identity, topic)) return null;
  return breach(
    'foreign-topic',
    `Publish within ${identity.topics.join(', ') || 'nothing'} only, got ${excerpt(topic)}.`,
  );
}

function isGatewayTopic(identity: Identity & { role: 'gateway' }, topic: string): boolean {
  if (topic.startsWith('$') || filterMatches(nativeFilter, topic)) return false;
  return identity.topics.some((filter) => filterMatches(filter, topic));
}

/** Why this connection may not subscribe to this filter; null if it may. */
export function checkSubscribe(identity: Identity, filter: string): Breach | null {
  if (!isTopicFilter(filter))
    return breach('filter', `That is not an MQTT topic filter: ${excerpt(filter)}.`);
  if (identity.role === 'device') {
    if (deviceReads.some((kind) => filter === deviceTopic(identity.home, identity.id, kind))) return null;
    return breach(
      'foreign-filter',
      `Subscribe to ${ownTopics(identity, deviceReads)} only, got ${excerpt(filter)}.`,
    );
  }
  if (identity.role === 'gateway') {
    if (
      checkGatewayFilter(filter) === null &&
      identity.topics.some((allowed) => filterCovers(allowed, filter))
    )
      return null;
    return breach(
      'foreign-filter',
      `Subscribe within ${identity.topics.join(', ') || 'nothing'} only, got ${excerpt(filter)}.`,
    );
  }
  if (!filter.startsWith('$') || filter === controlTopics.response || filter === refusedTopic) return null;
  return breach('control', `Not open to any client: ${excerpt(filter)}.`);
}

/** Whether a message of this topic may be handed to this connection, whatever it once subscribed to. */
export function mayReceive(identity: Identity, topic: string): boolean {
  if (identity.role === 'service')
    return !topic.startsWith('$') || topic === controlTopics.response || topic === refusedTopic;
  if (identity.role === 'gateway') return isGatewayTopic(identity, topic);
  return deviceReads.some((kind) => topic === deviceTopic(identity.home, identity.id, kind));
}

/** Why this connection may not leave this will; null if it may. A device's is its own `status`. */
export function checkWill(identity: Identity, will: Message): Breach | null {
  const found = checkPublish(identity, will);
  if (found) return breach('will', `The will: ${found.detail}`);
  if (identity.role === 'service' && will.topic.startsWith('$'))
    return breach('will', `The will may not be a request to the broker.`);
  if (identity.role !== 'device') return null;
  const status = deviceTopic(identity.home, identity.id, 'status');
  if (will.topic !== status)
    return breach('will', `The will is for ${status} only, got ${excerpt(will.topic)}.`);
  if (Buffer.byteLength(will.payload) > deviceWillMaxBytes)
    return breach('will', `The will takes at most ${deviceWillMaxBytes} bytes.`);
  return null;
}

/** Why a gateway's credential may not name this filter, or a gateway subscribe to it; null if it may. */
export function checkGatewayFilter(filter: string): Breach | null {
  if (!isTopicFilter(filter)) return breach('filter', `Not an MQTT topic filter: ${excerpt(filter)}.`);
  if (filter.startsWith('$') || filtersOverlap(filter, nativeFilter))
    return breach(
      'filter',
      `A gateway has its own topics, apart from ${nativeFilter} and $…, got ${excerpt(filter)}.`,
    );
  return null;
}

function ownTopics(identity: Identity & { role: 'device' }, kinds: readonly string[]): string {
  return `hearth/v1/${identity.home}/${identity.id}/{${kinds.join(',')}}`;
}
