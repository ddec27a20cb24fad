import type { Rejection } from '@hearth/contract';
import { isObject, own, readJson, word, type Json } from '../json.ts';
import { expand } from './abbreviations.ts';
import { readEntity, type Entity } from './entity.ts';

/** A device with 100 components takes some 60 kB. */
const limits = { maxBytes: 262_144, maxDepth: 8 };
/** Components of one device that are looked at. */
const componentsMax = 300;

const component = '(climate|sensor|binary_sensor|number|switch)';
const single = new RegExp(`^homeassistant/${component}/(?:[^/]+/)?[^/]+/config$`);
const whole = /^homeassistant\/device\/(?:[^/]+\/)?[^/]+\/config$/;

/** Where discovery messages are: with and without a node id. */
export const discoveryFilters = ['homeassistant/+/+/config', 'homeassistant/+/+/+/config'];

/** What a discovery message announces: none where it takes back what it announced before. */
export type Announced = { entities: readonly Entity[] } | { rejection: Rejection };

/**
 * Reads a discovery message, of one component or of a device with its components; null for any other topic.
 * @see https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
 */
export function readDiscovery(topic: string, payload: Uint8Array): Announced | null {
  const isWhole = whole.test(topic);
  const kind = single.exec(topic)?.[1];
  if (!isWhole && kind === undefined) return null;
  if (payload.length === 0) return { entities: [] };
  const json = readJson(payload, limits);
  if (!json.ok) return { rejection: json.rejection };
  if (!isObject(json.value) || own(json.value, 'migrate_discovery') === true) return { entities: [] };
  const config = expand(json.value);
  const found = isWhole ? ofComponents(config, topic) : [readEntity(kind!, config, topic)];
  return { entities: found.filter((entity) => entity !== null) };
}

/** What stands beside the components holds for each of them. */
function ofComponents(config: Json, topic: string): (Entity | null)[] {
  const { components, ...shared } = config;
  if (!isObject(components)) return [];
  return Object.entries(components)
    .slice(0, componentsMax)
    .map(([key, each]) => {
      if (!isObject(each)) return null;
      const long = expand(typeof config['~'] === 'string' ? { '~': config['~'], ...each } : each);
      return readEntity(word(long['platform']), { ...shared, ...long }, `${topic}/${key}`);
    });
}
