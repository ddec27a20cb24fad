import {
  controlTopics,
  deviceReads,
  deviceTopic,
  deviceWrites,
  excerpt,
  journalTopic,
  messageRules,
  parseDeviceTopic,
  refusedTopic,
  type BrokerRule,
} from '@hearth/contract';
import { deviceWillMaxBytes, payloadLimits } from '../limits.ts';
import { isSysTopic, sysPrefix } from '../telling/sys-topics.ts';
import { filterCovers, filterMatches, filtersOverlap, isTopicFilter, isTopicName } from './topics.ts';

export type Role = 'device' | 'gateway' | 'service' | 'admin';

/** Who a connection is, once its secret was seen. */
export type Identity =
  | { role: 'device'; id: string; home: string }
  | { role: 'gateway'; id: string; topics: readonly string[] }
  | { role: 'service'; id: string }
  | { role: 'admin'; id: string };

/** Why something is not allowed: the name of the rule, and what it expects, as a sentence for a person. */
export interface Breach {
  rule: BrokerRule;
  detail: string;
  /** What came instead, where it can be said in a word or two. */
  got?: string;
  /** The topic or filter that it is about. */
  topic?: string;
}

/** What of a PUBLISH or a will the rules look at. */
export interface Message {
  topic: string;
  qos: number;
  retain: boolean;
  payload: string | Uint8Array;
}

const breach = (rule: BrokerRule, detail: string, about: Pick<Breach, 'got' | 'topic'> = {}): Breach => ({
  rule,
  detail,
  ...about,
});

// Native topics belong to the devices and the api, `$…` to the broker: no gateway credential reaches there.
const nativeFilter = 'hearth/v1/#';

/** Why this connection may not publish this message; null if it may. */
export function checkPublish(identity: Identity, message: Message): Breach | null {
  const topic = excerpt(message.topic);
  if (identity.role === 'admin')
    return breach('foreign-topic', 'An admin’s credential publishes nothing.', { topic });
  if (!isTopicName(message.topic))
    return breach('topic-name', 'A topic without wildcards and control characters.', { topic });
  const size = Buffer.byteLength(message.payload);
  const most = payloadLimits[identity.role];
  if (size > most)
    return breach('size', `At most ${most} bytes in a message.`, { topic, got: `${size} bytes` });
  if (identity.role === 'device') return checkDevicePublish(identity, message);
  if (identity.role === 'gateway') return checkGatewayTopic(identity, message.topic);
  if (!message.topic.startsWith('$')) return null;
  if (message.topic === controlTopics.request && !message.retain) return null;
  return breach('control', `Only ${controlTopics.request} is taken, not retained.`, { topic });
}

function checkDevicePublish(identity: Identity & { role: 'device' }, message: Message): Breach | null {
  const topic = parseDeviceTopic(message.topic);
  if (topic?.home !== identity.home || topic.device !== identity.id || !deviceWrites.includes(topic.kind))
    return breach('foreign-topic', `Publish to ${ownTopics(identity, deviceWrites)} only.`, {
      topic: excerpt(message.topic),
    });
  if (message.qos > messageRules[topic.kind].qos)
    return breach('qos', `Publish ${topic.kind} with QoS 0 or 1.`, {
      topic: message.topic,
      got: `QoS ${message.qos}`,
    });
  if (message.retain && !messageRules[topic.kind].isRetained)
    return breach('retain', `Publish ${topic.kind} without the retain flag.`, {
      topic: message.topic,
      got: 'retained',
    });
  return null;
}

function checkGatewayTopic(identity: Identity & { role: 'gateway' }, topic: string): Breach | null {
  if (isGatewayTopic(identity, topic)) return null;
  return breach('foreign-topic', `Publish within ${identity.topics.join(', ') || 'nothing'} only.`, {
    topic: excerpt(topic),
  });
}

function isGatewayTopic(identity: Identity & { role: 'gateway' }, topic: string): boolean {
  if (topic.startsWith('$') || filterMatches(nativeFilter, topic)) return false;
  return identity.topics.some((filter) => filterMatches(filter, topic));
}

/** Why this connection may not subscribe to this filter; null if it may. */
export function checkSubscribe(identity: Identity, filter: string): Breach | null {
  const topic = excerpt(filter);
  if (!isTopicFilter(filter)) return breach('filter', 'A topic filter of MQTT.', { topic });
  if (identity.role === 'admin')
    return filter.startsWith(sysPrefix)
      ? null
      : breach('foreign-filter', `Subscribe within ${sysPrefix}# only.`, { topic });
  if (identity.role === 'device') {
    if (deviceReads.some((kind) => filter === deviceTopic(identity.home, identity.id, kind))) return null;
    return breach('foreign-filter', `Subscribe to ${ownTopics(identity, deviceReads)} only.`, { topic });
  }
  if (identity.role === 'gateway') {
    if (
      checkGatewayFilter(filter) === null &&
      identity.topics.some((allowed) => filterCovers(allowed, filter))
    )
      return null;
    return breach('foreign-filter', `Subscribe within ${identity.topics.join(', ') || 'nothing'} only.`, {
      topic,
    });
  }
  if (isServiceTopic(filter)) return null;
  return breach('control', 'A topic that is open to clients.', { topic });
}

const toldToService: ReadonlySet<string> = new Set([controlTopics.response, journalTopic, refusedTopic]);

/** Of what begins with `$`, the service hears what the broker says to it. */
function isServiceTopic(topic: string): boolean {
  return !topic.startsWith('$') || toldToService.has(topic);
}

/** Whether a message of this topic may be handed to this connection, whatever it once subscribed to. */
export function mayReceive(identity: Identity, topic: string): boolean {
  if (identity.role === 'service') return isServiceTopic(topic);
  if (identity.role === 'admin') return isSysTopic(topic);
  if (identity.role === 'gateway') return isGatewayTopic(identity, topic);
  return deviceReads.some((kind) => topic === deviceTopic(identity.home, identity.id, kind));
}

/** Why this connection may not leave this will; null if it may. A device's is its own `status`. */
export function checkWill(identity: Identity, will: Message): Breach | null {
  const found = checkPublish(identity, will);
  if (found) return { ...found, rule: 'will', detail: `The will: ${found.detail}` };
  if (identity.role === 'service' && will.topic.startsWith('$'))
    return breach('will', 'The will may not be a request to the broker.', { topic: will.topic });
  if (identity.role !== 'device') return null;
  const status = deviceTopic(identity.home, identity.id, 'status');
  if (will.topic !== status)
    return breach('will', `The will is for ${status} only.`, { topic: excerpt(will.topic) });
  if (Buffer.byteLength(will.payload) > deviceWillMaxBytes)
    return breach('will', `The will takes at most ${deviceWillMaxBytes} bytes.`, {
      topic: will.topic,
      got: `${Buffer.byteLength(will.payload)} bytes`,
    });
  return null;
}

/** Why a gateway's credential may not name this filter, or a gateway subscribe to it; null if it may. */
export function checkGatewayFilter(filter: string): Breach | null {
  const topic = excerpt(filter);
  if (!isTopicFilter(filter)) return breach('filter', 'A topic filter of MQTT.', { topic });
  if (filter.startsWith('$') || filtersOverlap(filter, nativeFilter))
    return breach('filter', `A gateway has its own topics, apart from ${nativeFilter} and $….`, { topic });
  return null;
}

function ownTopics(identity: Identity & { role: 'device' }, kinds: readonly string[]): string {
  return `hearth/v1/${identity.home}/${identity.id}/{${kinds.join(',')}}`;
}
