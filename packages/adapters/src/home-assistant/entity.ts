import { excerpt, type QuantityName, type Rejection } from '@hearth/contract';
import { label } from '../device-id.ts';
import { isObject, own, word, type Json } from '../json.ts';
import { setpointOf } from '../manifest.ts';
import type { Read } from '../quantity.ts';
import { compileTemplate, type Template } from '../template/template.ts';
import { isOthersTopic } from '../topic.ts';
import { readAvailability, type Availability } from './availability.ts';
import { hookOf, pathOf, type Hook } from './boilers.ts';
import { pointsOf, type PointForm } from './points.ts';

/** Where one quantity of an entity is, and how it is read there; null: this message says nothing of it. */
export interface Point {
  quantity: QuantityName;
  topic: string;
  read(text: string, json: unknown): Read;
  /** The same of a value that stands alone. */
  readAlone(value: string): Read;
  hook: Hook | null;
}

/** How a setpoint is told to an entity. */
export interface Setter {
  topic: string;
  limits: NonNullable<ReturnType<typeof setpointOf>>;
  /** The payload for a setpoint in °C; null where its template gives none. */
  payload(setpoint: number): string | null;
}

/** What Home Assistant would make of one component of a discovery message, as far as it is of use here. */
export interface Entity {
  component: string;
  uniqueId: string;
  name: string;
  /** What it is a part of: one device may have many entities. */
  group: string;
  device: Json;
  availability: Availability;
  points: readonly Point[];
  setter: Setter | null;
  /** What of it is not read, and why. */
  unsupported: readonly Rejection[];
}

/** Software that is read in a better way than by its discovery, and we: by what it calls itself, and by its topics. */
const nativeOrigins = new Set(['Zigbee2MQTT', 'Tasmota', 'Hearth']);
const nativeTopics = /^(tele|stat|shellies|rtl_433)\//;

/**
 * An entity from its config, long names and all; null where there is nothing of a home's heating in it, or another
 * adapter reads it. `place` is its discovery topic, which names it where it does not itself.
 */
export function readEntity(component: string, config: Json, place: string): Entity | null {
  const device = isObject(config['device']) ? config['device'] : {};
  const uniqueId = label(config['unique_id'], 200) ?? label(config['object_id'], 200) ?? place;
  const name = label(config['name'], 60) ?? label(device['name'], 60) ?? uniqueId.slice(0, 60);
  const forms = pointsOf(component, config, `${name} ${uniqueId} ${word(config['object_id'])}`);
  if (forms.length === 0 || nativeOrigins.has(word(own(config['origin'], 'name')))) return null;
  const availability = readAvailability(config);
  if (availability === null)
    return empty({ component, uniqueId, name, device }, [notRead('availability', config['availability'])]);
  const unsupported: Rejection[] = [];
  const points = forms.flatMap((form) => {
    const point = pointOf(form, config);
    if (point === null) unsupported.push(notRead(form.template, config[form.template] ?? config[form.topic]));
    return point ?? [];
  });
  if (points.some(({ topic }) => nativeTopics.test(topic))) return null;
  return {
    ...empty({ component, uniqueId, name, device }, unsupported),
    availability,
    points,
    setter: component === 'climate' || component === 'number' ? setterOf(component, config) : null,
  };
}

function empty(
  entity: Pick<Entity, 'component' | 'uniqueId' | 'name' | 'device'>,
  unsupported: readonly Rejection[],
): Entity {
  const { device, uniqueId } = entity;
  const availability: Availability = { topics: [], hear: () => {}, isAvailable: () => null };
  return {
    ...entity,
    group: groupOf(device) ?? uniqueId,
    availability,
    points: [],
    setter: null,
    unsupported,
  };
}

function notRead(key: string, got: unknown): Rejection {
  const expected = 'a topic of the device’s own, and a template that is understood';
  return { rule: 'template', path: `/${key}`, expected, got: excerpt(got) };
}

/** What a device is known by: its first identifier, or its first connection. */
function groupOf(device: Json): string | null {
  const ids = device['identifiers'];
  const [id] = Array.isArray(ids) ? (ids as unknown[]) : [ids];
  const [connection] = Array.isArray(device['connections']) ? (device['connections'] as unknown[]) : [];
  return (
    label(id, 200) ??
    (Array.isArray(connection) ? label(connection.map((each) => word(each)).join('-'), 200) : null)
  );
}

function pointOf(form: PointForm, config: Json): Point | null {
  const topic = config[form.topic];
  const template = templateOf(config[form.template]);
  if (!isOthersTopic(topic) || template === undefined) return null;
  return {
    quantity: form.quantity,
    topic,
    read(text, json) {
      const rendered = template === null ? text : template(text, json);
      return rendered === null ? null : form.read(rendered, config);
    },
    readAlone: (value) => form.read(value, config),
    hook: hookOf(topic, pathOf(config[form.template]), word(own(config['device'], 'manufacturer'))),
  };
}

/** Null where there is none, undefined where it is not understood. */
function templateOf(source: unknown): Template | null | undefined {
  if (source === undefined || source === null) return null;
  return typeof source === 'string' ? (compileTemplate(source) ?? undefined) : undefined;
}

/** The keys of a setpoint by component, and what Home Assistant takes where they are not there. */
const setters = {
  climate: {
    command: 'temperature_command',
    min: 'min_temp',
    max: 'max_temp',
    step: 'temp_step',
    defaults: [7, 35, 1],
  },
  number: { command: 'command', min: 'min', max: 'max', step: 'step', defaults: [1, 100, 1] },
} as const;

/** A setpoint in °F is not set: its steps are none of °C. */
function setterOf(component: keyof typeof setters, config: Json): Setter | null {
  const { command, min, max, step, defaults } = setters[component];
  const topic = config[`${command}_topic`];
  const template = templateOf(config[`${command}_template`]);
  const [least, most, each] = defaults;
  const limits = setpointOf(config[min] ?? least, config[max] ?? most, config[step] ?? each);
  if (!isOthersTopic(topic) || template === undefined || limits === null) return null;
  if (own(config, 'temperature_unit') === 'F') return null;
  return {
    topic,
    limits,
    payload: (setpoint) => (template ? template(setpoint, setpoint) : String(setpoint)),
  };
}
