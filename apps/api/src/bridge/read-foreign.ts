import type { Said } from '@hearth/adapters';
import { Refused, type Device, type QuantityName, type Response, type Values } from '@hearth/contract';
import { Check } from 'typebox/value';
import type { Note } from '../devices/notes.ts';
import type { Foreign } from './foreign.ts';
import { rejected, type Heard, type Message } from './read-message.ts';
import { checkAt, wrong } from './rules.ts';

/** What must be known of the world to read the messages of adapters and of the broker. */
export interface ForeignSurroundings {
  foreign: Pick<Foreign, 'read'>;
  find: (device: string) => Device | undefined;
  /** Devices that adapters have heard so far. */
  heardCount: () => number;
  /** The gateway that a message of an adapter can be laid to: the only one that may have sent it. */
  gateway: (topic: string) => string | undefined;
  /** Whether who may have published to a topic reaches another; undefined where nobody knows who that is. */
  reachOf: (topic: string) => ((other: string) => boolean) | undefined;
  /** The question to a device whose answer is the next that it reports of these quantities. */
  asked: (device: string) => { id: string; quantities: readonly QuantityName[] } | undefined;
}

/** Radio brings the whole neighbourhood: more devices than this are not made on their own. */
const heardMax = 200;

/** Reads a message of somebody else's software. Never throws. */
export function readForeign(message: Message, around: ForeignSurroundings): readonly Heard[] {
  const { topic, payload, receivedAt, isRetained } = message;
  const mayName = around.reachOf(topic);
  const found = around.foreign.read({ topic, payload, receivedAt, isRetained, ...(mayName && { mayName }) });
  return found ? found.said.map((said) => readSaid(said, found.source, message, around)) : [];
}

type SaidOf<K extends Said['kind']> = Extract<Said, { kind: K }>;

function readSaid(
  said: Said,
  source: Device['source'],
  message: Message,
  around: ForeignSurroundings,
): Heard {
  const { receivedAt: at, isRetained } = message;
  switch (said.kind) {
    case 'heard':
      return readHeard(said, source, message, around);
    case 'presence':
      return { notes: [{ kind: 'presence', device: said.device, isOnline: said.isOnline, at, isRetained }] };
    case 'refused': {
      const id = said.request ?? around.asked(said.device)?.id;
      if (id === undefined) return { notes: [] };
      const error = { code: 'fault' as const, detail: said.detail.slice(0, 200) };
      return { notes: [], response: { device: said.device, response: { id, error }, measuredAt: at } };
    }
    default:
      return reject(said.device, said.rejection, message, around);
  }
}

function reject(
  device: string | null,
  rejection: ReturnType<typeof wrong>,
  message: Message,
  around: ForeignSurroundings,
): Heard {
  const whose = device ?? around.gateway(message.topic);
  return whose === undefined ? { notes: [] } : rejected(whose, message, rejection);
}

function readHeard(
  { device: { id: device, name, about }, arrival, answers }: SaidOf<'heard'>,
  source: Device['source'],
  message: Message,
  around: ForeignSurroundings,
): Heard {
  const { receivedAt, isRetained } = message;
  const known = around.find(device);
  const isNew = known === undefined || known.source === 'import';
  if (!isNew && known.source !== source)
    return reject(null, wrong('device-id', '', 'an id of its own', device), message, around);
  if (isNew && around.heardCount() >= heardMax)
    return reject(null, wrong('too-many-devices', '', `at most ${heardMax}`, device), message, around);
  const clockRejection = arrival && checkAt(arrival.at, receivedAt);
  if (clockRejection) return reject(null, clockRejection, message, around);
  const gateway = around.gateway(message.topic);
  const through = gateway === undefined ? {} : { through: gateway };
  const notes: Note[] = [{ kind: 'heard', device, name, about, source, ...through }];
  if (isRetained) return { notes, ...(arrival && { arrival: arrivalOf() }) };
  notes.push({ kind: 'message', device, at: receivedAt });
  if (gateway !== undefined) notes.push({ kind: 'message', device: gateway, at: receivedAt });
  if (!arrival && answers === undefined) return { notes };
  const response = answerOf();
  return {
    notes,
    ...(arrival && { arrival: arrivalOf() }),
    ...(response && { response: { device, response, measuredAt: arrival?.at ?? receivedAt } }),
  };

  function arrivalOf() {
    return { device, key: null, receivedAt, isLate: false, ...arrival! };
  }
  /** The answer to a question that is named, or the first report since one that has news of what was asked for. */
  function answerOf(): Response | null {
    const { values = {}, faults } = arrival ?? {};
    if (answers !== undefined) return { id: answers, values, ...(faults && { faults }) };
    const asked = around.asked(device);
    const isFresh = (quantity: QuantityName): boolean => arrival!.at > (known?.latest[quantity]?.at ?? 0);
    const names = asked?.quantities.filter((each) => values[each] !== undefined && isFresh(each)) ?? [];
    if (!asked || names.length === 0) return null;
    const fresh = Object.fromEntries(names.map((each) => [each, values[each]])) as Values;
    return { id: asked.id, values: fresh, ...(faults && { faults }) };
  }
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
