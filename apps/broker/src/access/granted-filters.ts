import { filterMatches } from './topics.ts';

/** The filters that one connection was granted, each with its QoS. */
export interface GrantedFilters {
  readonly size: number;
  has(filter: string): boolean;
  set(filter: string, qos: 0 | 1 | 2): void;
  delete(filter: string): void;
  /** The highest QoS of those that match. [MQTT-3.3.5-1] */
  qosOf(topic: string): 0 | 1 | 2;
}

/** Topics whose QoS is remembered until a filter changes: this is asked for each delivery. */
const knownMax = 256;

export function createGrantedFilters(): GrantedFilters {
  const granted = new Map<string, 0 | 1 | 2>();
  const known = new Map<string, 0 | 1 | 2>();
  const look = (topic: string): 0 | 1 | 2 => {
    let best: 0 | 1 | 2 = 0;
    for (const [filter, qos] of granted) if (qos > best && filterMatches(filter, topic)) best = qos;
    return best;
  };
  return {
    get size() {
      return granted.size;
    },
    has: (filter) => granted.has(filter),
    set(filter, qos) {
      known.clear();
      granted.set(filter, qos);
    },
    delete(filter) {
      known.clear();
      granted.delete(filter);
    },
    qosOf(topic) {
      let qos = known.get(topic);
      if (qos === undefined) {
        qos = look(topic);
        if (known.size >= knownMax) known.clear();
        known.set(topic, qos);
      }
      return qos;
    },
  };
}
