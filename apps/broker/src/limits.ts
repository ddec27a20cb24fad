import { payloadMaxBytes } from '@hearth/contract';
import type { Role } from './access.ts';

/** How much a stranger or a broken device may ask of the broker. Given to aedes as it is. */
export const aedesLimits = {
  /** A socket that has not sent CONNECT by then is closed. */
  connectTimeout: 10_000,
  /** Longest keepalive in seconds; none (0) is refused too, or a dead device would never be seen as gone. */
  keepaliveLimit: 300,
  /** A frozen subscriber holds up the others for this long, then it is cut. */
  drainTimeout: 5000,
  /** Messages on their way to subscribers at once. */
  concurrency: 1000,
  /** Packets a client may send before it has its CONNACK. */
  queueLimit: 16,
  /** Unfinished QoS 2 messages from one client; QoS 0 and 1 are not counted. */
  maxInflightInbound: 16,
  /** The longest topic of ours has 5 levels; the matching cost grows with depth. */
  maxTopicLevels: 8,
  /** Asked of MQTT 3.1 clients by aedes; the client id patterns hold for all. */
  maxClientsIdLength: 64,
} as const;

/** Largest PUBLISH payload in bytes. A set of 1,000 credentials from the api takes about 200 kB. */
export const payloadLimits: Readonly<Record<Role, number>> = {
  device: payloadMaxBytes,
  gateway: 65_536,
  service: 1_048_576,
};

/** A status message takes about 40 bytes. */
export const deviceWillMaxBytes = 256;

/** Filters one device or gateway connection may hold. */
export const filtersMax = 16;

/** Bytes of a topic or filter in UTF-16 units: four times the longest of ours. */
export const topicMaxLength = 256;

/** Sockets at once: about 60 kB of memory each. */
export const connectionsMax = 2000;

/** Sockets of one address without a valid CONNECT; a whole home may come back at once after a power cut. */
export const strangersPerAddressMax = 500;

/** Messages kept for one absent device or gateway; the newest are left out, since commands do not act late. */
export const queueMax = 1000;

/** Messages kept for the absent api (about 1 kB each); beyond it devices are refused and keep their readings. */
export const serviceQueueMax = 100_000;

/** The queue of the absent api ends here: wills and the broker's own messages still come in when it is full. */
export const serviceQueueEnd = 110_000;

/** No hook of the broker may take longer to decide. */
export const hookTimeoutMs = 5000;
