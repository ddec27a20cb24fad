import { excerpt } from '@hearth/contract';
import { createHash } from 'node:crypto';
import type { AdapterMessage, Said } from '../adapter.ts';
import { makeDevices, type Made } from './devices.ts';
import type { Announced } from './discovery.ts';
import type { Entity } from './entity.ts';

/** Entities that are remembered: a large house has some 500 of the kinds that are read. */
const entitiesMax = 2000;
/** Topics that they may name. */
const topicsMax = 4000;
/** What an availability topic said last is kept when it is as short as `{"state":"online"}`. */
const wordMaxLength = 64;

/** The devices that were made of entities, by id and by each topic that says something of them. */
interface Index {
  byId: ReadonlyMap<string, Made>;
  byTopic: ReadonlyMap<string, readonly Made[]>;
}

/** What is announced at present, by discovery topic. */
export function createAnnounced() {
  const announced = new Map<string, { digest: string; entities: readonly Entity[] }>();
  const topics = new Set<string>();
  const words = new Map<string, { text: string; json: unknown }>();
  let index: Index | null = null;

  return {
    topics,
    /** Devices are made when they are needed: announcements come in bursts. */
    devices: (): Index => (index ??= makeIndex([...announced.values()].flatMap(({ entities }) => entities))),
    /** Takes an announcement, and says what of it is not understood. The same one again changes nothing. */
    take({ topic, payload, mayName }: AdapterMessage, found: Announced): Said[] {
      if ('rejection' in found) return [{ kind: 'rejected', device: null, rejection: found.rejection }];
      const digest = createHash('sha256').update(payload).digest('base64');
      if (announced.get(topic)?.digest === digest) return [];
      announced.delete(topic);
      index = null;
      const foreign = mayName ? found.entities.flatMap((each) => foreignTopics(each, mayName)) : [];
      if (foreign.length > 0) return foreign.map(toReach);
      const { entities } = found;
      const count = [...announced.values()].reduce((sum, each) => sum + each.entities.length, 0);
      if (entities.length === 0 || count + entities.length > entitiesMax) return [];
      announced.set(topic, { digest, entities });
      for (const entity of entities) {
        for (const each of topicsOf(entity)) if (topics.size < topicsMax) topics.add(each);
        // It was announced anew, and who says that it is there does not say so again.
        for (const each of entity.availability.topics) {
          const word = words.get(each);
          if (word) entity.availability.hear(each, word.text, word.json);
        }
      }
      return entities.flatMap(({ unsupported }) =>
        unsupported.map((rejection) => ({ kind: 'rejected' as const, device: null, rejection })),
      );
    },
    /** Tells all entities what an availability topic said. */
    hear(topic: string, text: string, json: unknown): void {
      for (const { entities } of index?.byTopic.get(topic) ?? [])
        for (const { availability } of entities) {
          if (!availability.topics.includes(topic)) continue;
          availability.hear(topic, text, json);
          if (text.length <= wordMaxLength) words.set(topic, { text, json });
        }
    },
  };
}

function topicsOf({ points, availability }: Entity): string[] {
  const responses = points.flatMap(({ hook }) => hook?.response?.topic ?? []);
  return [...points.map(({ topic }) => topic), ...availability.topics, ...responses];
}

/** Topics that an entity names and its sender does not reach: we are not to speak and hear there for it. */
function foreignTopics(entity: Entity, mayName: (topic: string) => boolean): string[] {
  const named = [...topicsOf(entity), entity.setter?.topic].filter((topic) => topic !== undefined);
  const hooks = entity.points.flatMap(({ hook }) => hook?.ask.topic ?? []);
  return [...named, ...hooks].filter((topic) => !mayName(topic)).slice(0, 1);
}

function toReach(got: string): Said {
  const expected = 'topics that its gateway may reach';
  return {
    kind: 'rejected',
    device: null,
    rejection: { rule: 'foreign-topic', path: '', expected, got: excerpt(got) },
  };
}

function makeIndex(entities: readonly Entity[]): Index {
  const groups = Map.groupBy(entities, ({ group }) => group);
  const made = [...groups.values()].flatMap((group) => makeDevices(group));
  const byTopic = new Map<string, Made[]>();
  for (const device of made)
    for (const topic of new Set(device.entities.flatMap(topicsOf)))
      byTopic.set(topic, [...(byTopic.get(topic) ?? []), device]);
  return { byId: new Map(made.map((device) => [device.id, device])), byTopic };
}
