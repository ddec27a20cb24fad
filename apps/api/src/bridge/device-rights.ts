import { deviceReads, deviceTopic, deviceWrites } from '@hearth/contract';
import type { NewCredential } from './control.ts';

/** What a credential may publish and subscribe to at a broker: topics of a device, filters of a gateway. */
export function rightsOf({ id, role, home, topics = [] }: Omit<NewCredential, 'secret'>): {
  writes: readonly string[];
  reads: readonly string[];
} {
  if (role === 'gateway') return { writes: topics, reads: topics };
  return {
    writes: deviceWrites.map((kind) => deviceTopic(home, id, kind)),
    reads: deviceReads.map((kind) => deviceTopic(home, id, kind)),
  };
}
