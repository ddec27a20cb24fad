import { isObject, word, type Json } from '../json.ts';
import { compileTemplate, type Template } from '../template/template.ts';
import { isOthersTopic } from '../topic.ts';

/** One topic that says whether an entity is there. */
interface Source {
  topic: string;
  template: Template | null;
  available: string;
  notAvailable: string;
}

/** Whether an entity is there, by all that its config names. */
export interface Availability {
  readonly topics: readonly string[];
  /** Takes a message of one of the topics. */
  hear(topic: string, text: string, json: unknown): void;
  /** Null where the config names no topic; until each needed topic has spoken it is not there. */
  isAvailable(): boolean | null;
}

/**
 * All forms: `availability_topic`, and `availability` as an object or a list, by `availability_mode`. Null where a
 * template or topic of it is not to be used: who cannot tell whether a value holds has no value.
 * @see https://www.home-assistant.io/integrations/mqtt/#using-availability-topics
 */
export function readAvailability(config: Json): Availability | null {
  const sources = sourcesOf(config);
  if (sources === null) return null;
  const mode = config['availability_mode'] ?? 'latest';
  const said = new Map<Source, boolean>();
  let latest = false;
  return {
    topics: sources.map(({ topic }) => topic),
    hear(topic, text, json) {
      for (const source of sources) {
        if (source.topic !== topic) continue;
        const payload = source.template ? source.template(text, json) : text;
        if (payload !== source.available && payload !== source.notAvailable) continue;
        latest = payload === source.available;
        said.set(source, latest);
      }
    },
    isAvailable() {
      if (sources.length === 0) return null;
      if (mode === 'all') return sources.every((source) => said.get(source) === true);
      if (mode === 'any') return sources.some((source) => said.get(source) === true);
      return latest;
    },
  };
}

function sourcesOf(config: Json): Source[] | null {
  const { availability, availability_topic: topic, availability_template: template } = config;
  const list = Array.isArray(availability) ? availability : availability === undefined ? [] : [availability];
  const all: unknown[] = topic === undefined ? list : [{ ...config, topic, value_template: template }];
  const sources: Source[] = [];
  for (const each of all) {
    if (!isObject(each) || !isOthersTopic(each['topic'])) return null;
    const text = each['value_template'];
    const compiled = typeof text === 'string' ? compileTemplate(text) : null;
    if (text !== undefined && text !== null && compiled === null) return null;
    sources.push({
      topic: each['topic'],
      template: compiled,
      available: word(each['payload_available'], 'online'),
      notAvailable: word(each['payload_not_available'], 'offline'),
    });
  }
  return sources.slice(0, 16);
}
