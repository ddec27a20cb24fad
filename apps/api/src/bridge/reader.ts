import { refusedTopic, type About } from '@hearth/contract';
import type { Devices } from '../devices/devices.ts';
import type { Clock } from './clock.ts';
import type { Delivery } from './connection.ts';
import { readForeign, readRefused } from './read-foreign.ts';
import type { Key } from './key.ts';
import { readNative, type Heard, type Surroundings } from './read-message.ts';
import { looseId } from './rules.ts';

/** A response, read the moment it came. */
export interface HeardResponse {
  device: string;
  heard: Heard;
  /** The id that it names, also where it broke a rule. */
  id: string | null;
}

const responseTopic = /^hearth\/v1\/[^/]+\/([^/]+)\/response$/;

/** Reads messages in the light of the devices that there are. */
export function createReader(parts: {
  home: string;
  devices: Devices;
  clock: Clock;
  newestKey: (device: string) => Key | undefined;
}) {
  const { home, devices, clock, newestKey } = parts;
  const aboutOf = (device: string): About | null | undefined => {
    const known = devices.get(device);
    return known?.source === 'contract' ? known.about : undefined;
  };
  const bootOf = (device: string): number | null => devices.connection(device)?.boot ?? null;
  const around: Surroundings = { home, aboutOf, bootOf, newestKey, clock };
  const foreign = {
    sourceOf: (device: string) => devices.get(device)?.source,
    heardCount: () => devices.list().filter(({ source }) => source !== 'contract').length,
    gateway() {
      const ids = devices.gatewayIds();
      return ids.length === 1 ? ids[0] : undefined;
    },
  };

  return {
    /** Reads one message of a batch; `abouts` are the manifests that came before it in the batch. */
    read(delivery: Delivery, abouts: Map<string, About>): Heard {
      if (delivery.topic === refusedTopic) return readRefused(delivery);
      if (!delivery.topic.startsWith('hearth/')) return readForeign(delivery, foreign);
      const heard = readNative(delivery, { ...around, aboutOf: (id) => knownAbout(id, abouts) });
      for (const note of heard.notes) if (note.kind === 'about') abouts.set(note.device, note.about);
      return heard;
    },
    /** Reads a response; null for any other message. */
    readResponse(delivery: Delivery): HeardResponse | null {
      const device = responseTopic.exec(delivery.topic)?.[1];
      if (device === undefined) return null;
      return { device, heard: readNative(delivery, around), id: looseId(delivery.payload) };
    },
  };

  function knownAbout(device: string, abouts: Map<string, About>): About | null | undefined {
    const known = aboutOf(device);
    return known === undefined ? undefined : (abouts.get(device) ?? known);
  }
}
