import { adapters } from '@hearth/adapters';
import { Refused } from '@hearth/contract';
import { Check } from 'typebox/value';
import { rejected, type Heard, type Message } from './read-message.ts';
import { checkAt, wrong } from './rules.ts';

/** What must be known of the world to read the messages of adapters and of the broker. */
export interface ForeignSurroundings {
  /** The source of a device; undefined when there is none. */
  sourceOf: (device: string) => string | undefined;
  /** Devices that adapters have heard so far. */
  heardCount: () => number;
  /** The gateway that messages of adapters can be laid to: the only one there is. */
  gateway: () => string | undefined;
}

/** Radio brings the whole neighbourhood: more devices than this are not made on their own. */
const heardMax = 200;

/** Reads a message of somebody else's software. Never throws. */
export function readForeign(message: Message, around: ForeignSurroundings): Heard {
  const { topic, payload, receivedAt, isRetained } = message;
  const gateway = around.gateway();
  const reject = (rejection: ReturnType<typeof wrong>): Heard =>
    gateway === undefined ? { notes: [] } : rejected(gateway, message, rejection);

  for (const adapter of adapters) {
    const result = adapter.read({ topic, payload, receivedAt });
    if (result.kind === 'ignored') continue;
    if (result.kind === 'rejected') return reject(result.rejection);
    const { id: device, name, about } = result.device;
    const source = around.sourceOf(device);
    const isNew = source === undefined || source === 'import';
    if (!isNew && source !== adapter.name) return reject(wrong('device-id', '', 'an id of its own', device));
    if (isNew && around.heardCount() >= heardMax)
      return reject(wrong('too-many-devices', '', `at most ${heardMax}`, device));
    const clockRejection = checkAt(result.arrival.at, receivedAt);
    if (clockRejection) return reject(clockRejection);
    const heard: Heard['notes'] = [{ kind: 'heard', device, name, about, source: adapter.name }];
    if (!isRetained) {
      heard.push({ kind: 'message', device, at: receivedAt });
      if (gateway !== undefined) heard.push({ kind: 'message', device: gateway, at: receivedAt });
    }
    return { notes: heard, arrival: { device, key: null, receivedAt, isLate: false, ...result.arrival } };
  }
  return { notes: [] };
}

/** Reads what our broker says of a client that it turned away: that belongs on the device's page as well. */
export function readRefused(message: Message): Heard {
  let refused: unknown;
  try {
    refused = JSON.parse(Buffer.from(message.payload).toString());
  } catch {
    return { notes: [] };
  }
  if (!Check(Refused, refused)) return { notes: [] };
  // A gateway's client ids begin with its user name.
  const device = refused.client.split('/')[0]!;
  const { rule, at: receivedAt, detail, address, topic = '' } = refused;
  const got = refused.got ?? (topic || address === undefined ? '' : `a connection from ${address}`);
  return rejected(device, { topic, receivedAt }, wrong(rule, '', detail, got), refused);
}
