import type { Aedes, Client } from 'aedes';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Identity } from '../access/access.ts';
import type { Connections } from '../gate/connections.ts';
import type { Credentials } from '../identity/credentials.ts';
import {
  connectMaxBytes,
  drainLimits,
  inFlightMax,
  inFlightMaxBytes,
  packetLimits,
  packetTimeoutMs,
  publishRates,
} from '../limits.ts';
import { mendClient } from '../mends/client-mends.ts';
import { readPackets } from '../mends/packet-reading.ts';
import type { Refusals } from '../telling/refusals.ts';
import type { Fault } from './connect-rules.ts';
import type { Guest } from './door.ts';
import { boundDrain } from './drain.ts';
import { guard } from './guard.ts';
import { countInFlight } from './in-flight.ts';
import type { Grant } from './intake.ts';
import { gatherWrites } from './outlet.ts';
import { addressOf, notePeer } from './peers.ts';
import { createBucket, type Bucket } from './rate.ts';

export interface TakeInParts {
  aedes: Aedes;
  connections: Pick<Connections, 'of'>;
  credentials: Pick<Credentials, 'get'>;
  refusals: Refusals;
}

/** Gives a stream of MQTT to the broker; `socket` is what carries it. */
export type TakeIn = (stream: Duplex, socket: Socket, guest: Guest) => void;

/** Puts the guard between each connection and aedes, and tells the owner of what it turns away. */
export function createTakeIn({ aedes, connections, credentials, refusals }: TakeInParts): TakeIn {
  const buckets = new Map<string, Bucket>();

  const bucketOf = ({ id, role }: Identity): Bucket | null => {
    const rate = publishRates[role];
    if (!rate) return null;
    // By name, not by connection: who comes again does not bring a full bucket.
    const bucket = buckets.get(id) ?? createBucket(rate);
    buckets.set(id, bucket);
    return bucket;
  };
  const clientOf = (stream: Duplex): (Client & { connackSent?: boolean }) | undefined =>
    (stream as { client?: Client }).client;
  const note = (stream: Duplex, { answer, userName, ...breach }: Fault): void => {
    const client = clientOf(stream);
    const identity = client && connections.of(client)?.identity;
    const name = identity && identity.role !== 'service' ? identity.id : credentials.get(userName ?? '')?.id;
    refusals.note(name ?? null, breach, answer ? 'not-connected' : 'closed', addressOf(stream));
  };

  return (stream, socket, guest) => {
    guest.serve();
    notePeer(stream, socket.remoteAddress);
    const grant = (): Grant | null => {
      const client = clientOf(stream);
      const connection = client?.connackSent ? connections.of(client) : undefined;
      if (!connection) return null;
      guest.know();
      const { identity } = connection;
      return { packetMaxBytes: packetLimits[identity.role], bucket: bucketOf(identity) };
    };
    guard(stream, {
      connectMaxBytes,
      packetTimeoutMs,
      onConnect: () => {
        gatherWrites(stream);
        const client = aedes.handle(stream);
        mendClient(client);
        readPackets(client);
        boundDrain(client, stream, drainLimits);
        return countInFlight(client, inFlightMax, inFlightMaxBytes);
      },
      grant,
      onFault: (fault) => note(stream, fault),
    });
  };
}
