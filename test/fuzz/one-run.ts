import { readAnswers, type Answer } from '../conformance/answers.ts';
import { acknowledge, connect, pingreq, publish, subscribe } from '../conformance/packets.ts';
import { pause, secretOf } from '../faults/victim.ts';
import { openLine, type Doors, type Line } from './carriers.ts';
import { deviceOf, devices, gatewayOf, mayHear, type Sender } from './cast.ts';
import { createDice, type Dice } from './dice.ts';
import { cut, mutate } from './mutate.ts';
import { validSession } from './valid.ts';

/** The broker has answered all that it will when nothing came for so long. */
const quietMs = 25;
/** Operation codes of WebSocket, those that there are none of too; the answer to a ping would be taken for MQTT. */
const frameKinds = [0, 1, 2, 3, 8, 10, 11, 15];
const patienceMs = 10_000;

/** What a run did, to be told with a failure. */
export interface Run {
  seed: number;
  mutations: readonly string[];
}

/**
 * One sender's mutated session, while a partner that hears it exchanges messages by the book.
 * @param lane tells runs apart that go on at once @param visit counts the runs of the lane
 * @throws {Error} when the partner is cut off or not answered, or somebody hears what is not theirs.
 */
export async function oneRun(doors: Doors, seed: number, lane: number, visit: number): Promise<Run> {
  const dice = createDice(seed);
  const isDevice = dice.chance(0.3);
  const sender = isDevice ? deviceOf(devices[(lane * 4 + dice.below(4)) % devices.length]!) : gatewayOf(lane);
  // So many that nobody comes too often for the broker, and so few that it soon knows all of them.
  const from = `127.${2 + lane}.0.${1 + (visit % 250)}`;
  const packets = validSession(dice, sender, `lane-${lane}`);
  const mutations = mutate(packets, dice);
  try {
    const partner = await openPartner(doors, `partner-${lane}`, lane, from);
    try {
      await sendMutated(doors, dice, sender, packets, from);
      await partner.exchange();
    } finally {
      partner.line.destroy();
    }
  } catch (error) {
    throw new Error(`${(error as Error).message} (mutations: ${mutations.join(', ') || 'none'})`, {
      cause: error,
    });
  }
  return { seed, mutations };
}

async function sendMutated(
  doors: Doors,
  dice: Dice,
  sender: Sender,
  packets: readonly Buffer[],
  from: string,
): Promise<void> {
  const heard = listen((answer) => {
    if (answer.type === 'publish' && !mayHear(sender, answer.topic))
      throw new Error(`${sender.id} was handed a message of ${answer.topic}`);
  });
  const isWebSocket = dice.chance(0.3);
  const line = await openLine(doors, isWebSocket, from, heard.take);
  try {
    for (const chunk of cut(packets, dice)) {
      if (line.isClosed) break;
      line.write(chunk);
      if (dice.chance(0.05)) line.sendFrame?.(dice.pick(frameKinds), dice.bytes(dice.below(130)));
      if (dice.chance(0.1)) await pause(1);
    }
    const sentAt = performance.now();
    while (!line.isClosed && performance.now() - Math.max(sentAt, line.heardAt) < quietMs) await pause(5);
    heard.check();
  } finally {
    line.destroy();
  }
}

interface Partner {
  line: Line;
  exchange(): Promise<void>;
}

/** A subscriber to all of the lane, which acknowledges whatever it gets. */
async function openPartner(doors: Doors, name: string, lane: number, from: string): Promise<Partner> {
  const seen = new Set<string>();
  const below = `fuzz/${lane}/`;
  const heard = listen((answer) => {
    seen.add(
      `${answer.type} ${'id' in answer ? answer.id : ''} ${'payload' in answer ? answer.payload : ''}`,
    );
    if (answer.type === 'pubrel') line.write(acknowledge('pubcomp', answer.id));
    if (answer.type !== 'publish') return;
    if (!answer.topic.startsWith(below))
      throw new Error(`the partner was handed a message of ${answer.topic}`);
    if (answer.qos > 0) line.write(acknowledge(answer.qos === 1 ? 'puback' : 'pubrec', answer.id));
  });
  const line = await openLine(doors, false, from, heard.take);
  const until = async (wanted: string): Promise<void> => {
    const endAt = performance.now() + patienceMs;
    while (![...seen].some((each) => each.startsWith(wanted))) {
      heard.check();
      if (line.isClosed) throw new Error(`the partner was cut off while it waited for ${wanted}`);
      if (performance.now() > endAt)
        throw new Error(`the partner waited ${patienceMs / 1000} s for ${wanted}`);
      await pause(5);
    }
    heard.check();
  };
  line.write(connect({ clientId: name, username: 'partner', password: secretOf('partner') }));
  line.write(subscribe(1, [[`${below}#`, 2]]));
  await until('suback 1');
  return {
    line,
    /** One message of each QoS to itself, and PING. */
    async exchange() {
      line.write(publish(`${below}a`, `1 of ${name}`, { qos: 1, id: 1001 }));
      line.write(publish(`${below}b/c`, `2 of ${name}`, { qos: 2, id: 1002 }));
      line.write(acknowledge('pubrel', 1002));
      line.write(pingreq);
      for (const wanted of ['puback 1001', 'pubrec 1002', 'pubcomp 1002', 'pingresp']) await until(wanted);
      const came = (payload: string) =>
        [...seen].some((each) => each.startsWith('publish ') && each.endsWith(payload));
      const endAt = performance.now() + patienceMs;
      while (!came(`1 of ${name}`) || !came(`2 of ${name}`)) {
        if (line.isClosed || performance.now() > endAt) throw new Error('the partner did not hear itself');
        await pause(5);
      }
    },
  };
}

/** CONNACK of MQTT 5, for a flipped bit that made the version 5: refused, in the words of that version. */
const refusedVersion = Buffer.from([0x20, 3, 0, 0x84, 0]);

/** Reads what the broker sends; what is wrong with it is thrown at the next `check`. */
function listen(tell: (answer: Answer) => void): { take: (bytes: Buffer) => void; check: () => void } {
  let rest: Buffer = Buffer.alloc(0);
  let fault: unknown = null;
  return {
    take(bytes) {
      if (fault !== null) return;
      try {
        rest = Buffer.concat([rest, bytes]);
        if (!rest.equals(refusedVersion)) rest = readAnswers(rest, tell);
      } catch (error) {
        fault = error;
      }
    },
    check() {
      if (fault !== null) throw fault;
    },
  };
}
