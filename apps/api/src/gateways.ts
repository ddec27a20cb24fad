import { gatewayTopics } from '@hearth/adapters';
import type { Credential, Speaks } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { openSetting } from './settings.ts';

/** What each gateway may touch at the broker, in hearth.db: a new secret is to reach as far as the one before. */
export interface Gateways {
  /** From now on its credential is for the topics of this software, which begin with `base`. */
  define(id: string, speaks: Speaks, base?: string): void;
  /** It was added at the broker itself, with these. */
  keep(id: string, topics: readonly string[]): void;
  /** What its credential, or a device's, asks of the broker. One of before anything was kept is for rtl_433. */
  wanted(id: string, role: 'device' | 'gateway'): Pick<Credential, 'id' | 'role' | 'topics'>;
  /** The only one of these gateways that may have published to a topic; undefined for none and for several. */
  behind(topic: string, ids: readonly string[]): string | undefined;
  /**
   * Whether those of them that may have published to a topic reach another; undefined where none of them may have. One
   * that may announce anything is a Home Assistant: its own announcements are believed.
   */
  reachOf(topic: string, ids: readonly string[]): ((other: string) => boolean) | undefined;
}

/** What only a Home Assistant itself may touch. */
const allAnnouncements = 'homeassistant/#';

export function openGateways(db: Database): Gateways {
  const setting = (id: string) => openSetting(db, `gateway/${id}`);
  const known = new Map<string, readonly string[]>();
  const topicsOf = (id: string): string[] => {
    const topics = known.get(id) ?? read(setting(id).get()) ?? gatewayTopics('rtl_433', id);
    known.set(id, topics);
    return [...topics];
  };
  const keep = (id: string, topics: readonly string[]): void => {
    setting(id).set(JSON.stringify(topics));
    known.set(id, topics);
  };
  return {
    define: (id, speaks, base) => keep(id, gatewayTopics(speaks, id, base)),
    keep,
    wanted: (id, role) => (role === 'device' ? { id, role } : { id, role, topics: topicsOf(id) }),
    behind(topic, ids) {
      const able = ids.filter((id) => reaches(topicsOf(id), topic));
      return able.length === 1 ? able[0] : undefined;
    },
    reachOf(topic, ids) {
      const able = ids.map(topicsOf).filter((topics) => reaches(topics, topic));
      const senders = able.filter((topics) => !topics.includes(allAnnouncements));
      if (senders.length === 0) return undefined;
      return (other) => senders.some((topics) => reaches(topics, other));
    },
  };
}

function read(topics: string | undefined): string[] | null {
  return topics === undefined ? null : (JSON.parse(topics) as string[]);
}

function reaches(topics: readonly string[], topic: string): boolean {
  return topics.some((filter) => matches(filter, topic));
}

/** Whether a topic falls under a filter of ours. [MQTT-4.7.1] */
function matches(filter: string, topic: string): boolean {
  const [wanted, levels] = [filter.split('/'), topic.split('/')];
  const isOpen = wanted.at(-1) === '#';
  if (isOpen ? levels.length < wanted.length - 1 : levels.length !== wanted.length) return false;
  return wanted.every((level, i) => level === '#' || level === '+' || level === levels[i]);
}
