import { createHash } from 'node:crypto';
import { deviceTopic, deviceReads, deviceWrites, type Credential } from '@hearth/contract';
import { secretOf } from '../faults/victim.ts';

const home = 'home';

/** Devices that send mutated packets. */
export const devices: readonly string[] = Array.from({ length: 32 }, (_, i) => `fuzzed-${i}`);

/** A device that never connects: a message of it is somebody else's. */
const bystander = 'bystander';

const credential = (id: string, topics?: string[]): Credential => ({
  id,
  home,
  role: topics ? 'gateway' : 'device',
  secretSha256: createHash('sha256').update(secretOf(id)).digest('hex'),
  ...(topics && { topics }),
});

/** Everybody who may connect: the fuzzed and their partner, who know each other, and an honest pair. */
export const credentials: readonly Credential[] = [
  ...[...devices, bystander].map((id) => credential(id)),
  credential('fuzzed', ['fuzz/#']),
  credential('partner', ['fuzz/#']),
  credential('teller', ['honest/#']),
  credential('hearer', ['honest/#']),
];

/** Those whose packets are mutated. */
export const fuzzed = credentials.filter(({ id }) => id.startsWith('fuzzed'));

/** Who sends, where it may publish and what it may subscribe to. */
export interface Sender {
  id: string;
  isDevice: boolean;
  writes: readonly string[];
  reads: readonly string[];
  will: string;
}

/** The gateway on topics that only this lane of runs has. */
export function gatewayOf(lane: number): Sender {
  const below = `fuzz/${lane}`;
  return {
    id: 'fuzzed',
    isDevice: false,
    writes: [`${below}/a`, `${below}/b/c`, `${below}/ü`],
    reads: [`${below}/#`, `${below}/a`, `${below}/+/c`],
    will: `${below}/will`,
  };
}

export function deviceOf(id: string): Sender {
  return {
    id,
    isDevice: true,
    writes: deviceWrites.map((kind) => deviceTopic(home, id, kind)),
    reads: deviceReads.map((kind) => deviceTopic(home, id, kind)),
    will: deviceTopic(home, id, 'status'),
  };
}

/** Topics and filters of others, to be tried. */
export const foreign: readonly string[] = [
  '#',
  'honest/#',
  'honest/line',
  '$SYS/#',
  '$CONTROL/hearth/v1/request',
  '$CONTROL/hearth/v1/response',
  'hearth/v1/home/+/reading',
  ...[...deviceWrites, ...deviceReads].map((kind) => deviceTopic(home, bystander, kind)),
];

/** Whether this sender may be handed a message of this topic. */
export function mayHear({ isDevice, reads }: Sender, topic: string): boolean {
  return isDevice ? reads.includes(topic) : topic.startsWith('fuzz/');
}

const ofFuzzed = new RegExp(`^hearth/v1/home/fuzzed-\\d+/(${deviceWrites.join('|')})$`);

/** Whether anybody of the cast but the api may have said something on this topic. */
export function maySay(topic: string): boolean {
  return topic.startsWith('fuzz/') || topic.startsWith('honest/') || ofFuzzed.test(topic);
}
