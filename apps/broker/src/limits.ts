import { payloadMaxBytes } from '@hearth/contract';
import type { Role } from './access/access.ts';
import type { DrainLimits } from './listeners/drain.ts';
import type { Rate } from './listeners/rate.ts';
import type { QueueBounds } from './sessions/outgoing.ts';

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
  /** Unfinished QoS 2 messages of one session, over all its connections; QoS 0 and 1 are not counted. */
  maxInflightInbound: 1000,
  /** The longest topic of ours has 5 levels; the matching cost grows with depth. */
  maxTopicLevels: 8,
  /** Asked of MQTT 3.1 clients by aedes; the client id patterns hold for all. */
  maxClientsIdLength: 64,
} as const;

/**
 * Largest PUBLISH payload in bytes. A set of 1,000 credentials from the api takes about 200 kB, the definitions that
 * Zigbee2MQTT retains 230 kB.
 */
export const payloadLimits: Readonly<Record<Role, number>> = {
  device: payloadMaxBytes,
  gateway: 1_048_576,
  service: 1_048_576,
  admin: 0,
};

/** A status message takes about 40 bytes. */
export const deviceWillMaxBytes = 256;

/** Filters one device or gateway connection may hold. */
export const filtersMax = 16;

/** Bytes of a topic or filter in UTF-16 units: four times the longest of ours. */
export const topicMaxLength = 256;

/** Largest packet of somebody who has not been let in: a CONNECT with a will takes some 500 bytes. */
export const connectMaxBytes = 4096;

/**
 * Largest packet of each role, its header and topic included. A device's payload may be 8 kB (see above): beyond it
 * the owner is told, beyond this the connection just ends.
 */
export const packetLimits: Readonly<Record<Role, number>> = {
  device: 65_536,
  gateway: 1_048_576 + 1024,
  service: 1_048_576 + 1024,
  admin: 4096,
};

/** CONNECT has to come within this, and each later packet from its first byte to its last. */
export const packetTimeoutMs = 5000;

/** A TLS handshake has to be done within this, and the request for WebSocket to come. */
export const handshakeTimeoutMs = 5000;

/** TLS handshakes at once, 1 to 2 ms of work each: those behind wait their turn, and the others are served. */
export const handshakesMax = 32;

/** Frames of WebSocket are put together in memory before anything knows who sends them. */
export const webSocketFrameMaxBytes = 65_536;

/** Sockets at once, if HEARTH_MQTT_CONNECTIONS_MAX says nothing: about 60 kB of memory each. */
export const connectionsMax = 2000;

/** Share of them for one address, let in or not; behind a proxy or a container's network all devices have the same. */
export const connectionsPerAddressShare = 0.75;

/** Sockets of one address without a valid CONNECT; a whole home may come back at once after a power cut. */
export const strangersPerAddressMax = 500;

/** A stranger that has not shown a secret by then makes place for a newcomer, if there is no other place. */
export const strangerGraceMs = 1000;

/** More connections of one session a minute than this are two devices with one name, or one that is broken. */
export const connectsPerMinuteMax = 15;

/** For so long such a session is refused from that address. */
export const flappingBanMs = 300_000;

/**
 * Messages a client may send; what comes faster waits in the network and nothing is lost. A device measures every few
 * seconds at most, and delivers a day's buffer (one reading a minute) at once when it comes home.
 */
export const publishRates: Readonly<Record<Role, Rate | null>> = {
  device: { perSecond: 20, burst: 2000 },
  gateway: { perSecond: 2000, burst: 10_000 },
  service: null,
  admin: { perSecond: 20, burst: 20 },
};

/** Packets of one connection that are being dealt with; then the rest waits in the network. */
export const inFlightMax = 1000;

/** The same in bytes. */
export const inFlightMaxBytes = 262_144;

/** How long a subscriber that does not read holds up the others, and what may wait for it meanwhile. */
export const drainLimits: DrainLimits = { patienceMs: 100, waitingMaxBytes: 1_048_576, frozenMs: 5000 };

/** Messages kept for one absent device or gateway; the newest are left out, since commands do not act late. */
export const queueMax: QueueBounds = { messages: 1000, bytes: 8 * 1024 * 1024 };

/**
 * Messages kept for the absent api (about 1 kB each); beyond it devices are refused before their acknowledgement, and
 * keep their readings.
 */
export const serviceQueueMax: QueueBounds = { messages: 100_000, bytes: 128 * 1024 * 1024 };

/** The queue of the absent api ends here: wills and the broker's own messages still come in when it is full. */
export const serviceQueueEnd: QueueBounds = { messages: 110_000, bytes: 144 * 1024 * 1024 };

/** Retained messages of all; beyond it a gateway may replace and clear, and begin no new topic. */
export const retainedMax: QueueBounds = { messages: 100_000, bytes: 128 * 1024 * 1024 };

/** Durable sessions of one gateway, which may choose client ids; everybody else has one. */
export const sessionsMax = 16;

/** No hook of the broker may take longer to decide. */
export const hookTimeoutMs = 5000;
