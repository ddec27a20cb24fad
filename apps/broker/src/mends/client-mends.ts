import type { Client } from 'aedes';
import type { EventEmitter } from 'node:events';

interface Filter {
  topic: string;
  qos: number;
}
/** What comes from the client, as far as it is looked at here. */
type Incoming =
  | { cmd: 'subscribe'; subscriptions: Filter[] }
  | { cmd: 'puback' | 'pubcomp'; messageId: number }
  | { cmd: '' };

/** What aedes' client has beyond its declared face. */
interface Inner {
  _nextId: number;
  _parser: EventEmitter;
}

const packetIdMax = 65_535;
const packetIdAfter = (id: number): number => (id >= packetIdMax ? 1 : id + 1);

/** Mends in one client of aedes, before its first packet, what the standard wants otherwise. */
export function mendClient(client: Client): void {
  const { _parser: parser } = client as unknown as Inner;
  const inUse = new Set<number>();
  countFreePacketIds(client, inUse);
  parser.prependListener('packet', (packet: Incoming) => {
    if (packet.cmd === 'subscribe') packet.subscriptions = keepApart(packet.subscriptions);
    else if (packet.cmd === 'puback' || packet.cmd === 'pubcomp') inUse.delete(packet.messageId);
  });
}

/**
 * aedes counts on, whether a packet id is in use or not. To read `_nextId` gives a free one, and to write to it says
 * that the id before is in use until PUBACK or PUBCOMP. [MQTT-2.3.1-4]
 */
function countFreePacketIds(client: Client, inUse: Set<number>): void {
  let { _nextId: next } = client as unknown as Inner;
  Object.defineProperty(client, '_nextId', {
    get(): number {
      if (inUse.size >= packetIdMax) {
        client.conn.destroy(new Error(`the client acknowledges none of ${packetIdMax} messages`));
        return next;
      }
      while (inUse.has(next)) next = packetIdAfter(next);
      return next;
    },
    set(id: number) {
      inUse.add(id === 1 ? packetIdMax : id - 1);
      next = id;
    },
  });
}

/**
 * aedes puts the filters of a SUBSCRIBE into a Map by their text, so that of a repeated one the last is left, and has
 * one return code for all. It reads each filter once for that: a repeated one is something else then, and itself from
 * then on. [MQTT-3.8.4-4] [MQTT-3.8.4-5]
 */
function keepApart(subscriptions: Filter[]): Filter[] {
  const seen = new Set<string>();
  return subscriptions.map((subscription, at) => {
    const { topic, qos } = subscription;
    if (!seen.has(topic)) {
      seen.add(topic);
      return subscription;
    }
    let isFirstRead = true;
    return {
      qos,
      get topic(): string {
        if (!isFirstRead) return topic;
        isFirstRead = false;
        return `${topic}\0${at}`;
      },
    };
  });
}
