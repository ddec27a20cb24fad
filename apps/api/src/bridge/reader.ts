import { probeIds, refusedTopic, type About } from '@hearth/contract';
import type { Devices } from '../devices/devices.ts';
import type { Gateways } from '../gateways.ts';
import type { Clock } from './clock.ts';
import type { Delivery } from './connection.ts';
import type { createAsks } from './ask.ts';
import type { Envelopes } from './envelopes.ts';
import type { Foreign } from './foreign.ts';
import { readForeign, readRefused, type ForeignSurroundings } from './read-foreign.ts';
import { isNewer, type Key } from './key.ts';
import { readNative, type Heard, type Surroundings } from './read-message.ts';
import { looseId } from './rules.ts';

/** A response, read the moment it came. */
export interface HeardResponse {
  device: string;
  heard: Heard;
  /** The id that it names, also where it broke a rule. */
  id: string | null;
  /** It came in an envelope, which is taken when it is read in its turn. */
  isSealed: boolean;
}

/** What the messages of a batch have brought so far, by device: manifests, and the newest reading. */
interface BatchSoFar {
  abouts: Map<string, About>;
  keys: Map<string, Key>;
}

const responseTopic = /^hearth\/v1\/[^/]+\/([^/]+)\/response$/;

/** Reads messages in the light of the devices that there are. */
export function createReader(parts: {
  home: string;
  devices: Devices;
  clock: Clock;
  newestKey: (device: string) => Key | undefined;
  envelopes: Envelopes;
  foreign: Pick<Foreign, 'read'>;
  gateways: Pick<Gateways, 'behind' | 'reachOf'>;
  asks: Pick<ReturnType<typeof createAsks>, 'asked'>;
}) {
  const { home, devices, clock, newestKey, envelopes, foreign, gateways, asks } = parts;
  const aboutOf = (device: string): About | null | undefined => {
    const known = devices.get(device);
    // Its readings are taken as any device's, and it is no device.
    if (device === probeIds.device) return null;
    return known?.source === 'contract' ? known.about : undefined;
  };
  const bootOf = (device: string): number | null => devices.connection(device)?.boot ?? null;
  const around: Surroundings = { home, aboutOf, bootOf, newestKey, clock, unseal: envelopes.open };
  const foreigners: ForeignSurroundings = {
    foreign,
    asked: asks.asked,
    find: (device) => devices.get(device),
    heardCount: () =>
      devices.list().filter(({ source }) => source !== 'contract' && source !== 'import').length,
    gateway: (topic) => gateways.behind(topic, devices.gatewayIds()),
    reachOf: (topic) => gateways.reachOf(topic, devices.gatewayIds()),
  };

  return {
    /** Reads one message of a batch, in the light of those before it. */
    read(delivery: Delivery, sofar: BatchSoFar): readonly Heard[] {
      if (delivery.topic === refusedTopic) return [readRefused(delivery)];
      if (!delivery.topic.startsWith('hearth/')) return readForeign(delivery, foreigners);
      const heard = readNative(delivery, {
        ...around,
        aboutOf: (id) => knownAbout(id, sofar.abouts),
        newestKey: (id) => sofar.keys.get(id) ?? newestKey(id),
      });
      for (const note of heard.notes) if (note.kind === 'about') sofar.abouts.set(note.device, note.about);
      noteKey(heard, sofar);
      return [heard];
    },
    /** Reads a response before its turn; null for any other message, and for an envelope that does not open. */
    readResponse(delivery: Delivery): HeardResponse | null {
      const device = responseTopic.exec(delivery.topic)?.[1];
      if (device === undefined) return null;
      const payload = envelopes.peek(device, delivery);
      if (!(payload instanceof Uint8Array)) return null;
      const heard = readNative({ ...delivery, payload }, { ...around, unseal: () => payload });
      return { device, heard, id: looseId(payload), isSealed: payload !== delivery.payload };
    },
  };

  function noteKey({ arrival }: Heard, { keys }: BatchSoFar): void {
    if (!arrival?.key) return;
    const newest = keys.get(arrival.device) ?? newestKey(arrival.device);
    if (!newest || isNewer(arrival.key, newest)) keys.set(arrival.device, arrival.key);
  }

  function knownAbout(device: string, abouts: Map<string, About>): About | null | undefined {
    const known = aboutOf(device);
    return known === undefined ? undefined : (abouts.get(device) ?? known);
  }
}
