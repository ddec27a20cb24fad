import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deviceTopic, messageKinds, messageRules, messageSchemas, payloadMaxBytes } from './contract.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Schema = { [name: string]: Json };

const file = join(import.meta.dirname, '../published/v1.json');
/** Words of a schema for people; they may change. */
const notes = new Set(['description', 'examples']);
/** Keywords that only grow, and those that only shrink, where more is taken. */
const upper = new Set(['maximum', 'maxLength', 'maxItems', 'maxProperties']);
const lower = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']);

const isObject = (value: Json | undefined): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const isSame = (one: Json | undefined, other: Json | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * Where `wide` does not take all that `narrow` takes, as JSON pointers with the keyword; empty where it takes it all.
 * A keyword that cannot be compared has to be the same in both.
 */
function shortfalls(narrow: Schema, wide: Schema, path = ''): string[] {
  const keywords = new Set([...Object.keys(narrow), ...Object.keys(wide)]);
  return [...keywords].flatMap((keyword) => {
    const [from, to] = [narrow[keyword], wide[keyword]];
    const short = (isShort: boolean): string[] => (isShort ? [`${path}/${keyword}`] : []);
    if (upper.has(keyword))
      return short(to !== undefined && (from === undefined || Number(to) < Number(from)));
    if (lower.has(keyword))
      return short(to !== undefined && (from === undefined || Number(to) > Number(from)));
    if (keyword === 'required') return short(listOf(to).some((name) => !listOf(from).includes(name)));
    if (keyword === 'enum')
      return short(to !== undefined && (!from || listOf(from).some((one) => !listOf(to).includes(one))));
    if (keyword === 'properties' && isObject(from) && isObject(to))
      return Object.entries(from).flatMap(([name, schema]) => {
        const other = to[name];
        const at = `${path}/properties/${name}`;
        return isObject(schema) && isObject(other) ? shortfalls(schema, other, at) : [at];
      });
    if (keyword === 'anyOf' && Array.isArray(from) && Array.isArray(to)) {
      const isTaken = (one: Json) =>
        to.some((other) => isObject(one) && isObject(other) && shortfalls(one, other).length === 0);
      return short(!from.every(isTaken));
    }
    if (keyword === 'items' && isObject(from) && isObject(to)) return shortfalls(from, to, `${path}/items`);
    return short(!isSame(from, to));
  });
}

/** The contract as a maker depends on it, without words for people. */
const present = (): Record<string, Schema> => {
  const entries = messageKinds.map((kind) => {
    const { from, qos, isRetained } = messageRules[kind];
    const rule = { topic: deviceTopic('{home}', '{device}', kind), from, qos, isRetained, payloadMaxBytes };
    return [kind, { ...rule, schema: messageSchemas[kind] }];
  });
  const bare = (name: string, value: Json): Json | undefined => (notes.has(name) ? undefined : value);
  return JSON.parse(JSON.stringify(Object.fromEntries(entries), bare)) as Record<string, Schema>;
};

/** What `about` bounds by name and by limits may grow in a request, since a device is asked for no more than that. */
function boundByAbout(request: Schema, published: Schema): Schema {
  const [properties, before] = [request['properties'], published['properties']];
  if (!isObject(properties) || !isObject(before)) return request;
  const [get, getBefore] = [properties['get'], before['get']];
  const items = isObject(getBefore) ? { items: getBefore['items'] ?? null } : {};
  const bound = {
    ...properties,
    get: { ...(isObject(get) ? get : {}), ...items },
    set: before['set'] ?? null,
  };
  return { ...request, properties: bound };
}

/** What in the present contract breaks what was published. */
function breaches(published: Record<string, Schema>, now: Record<string, Schema>): string[] {
  return Object.entries(published).flatMap(([kind, { schema: before, ...rule }]) => {
    const { schema: after, ...ruleNow } = now[kind] ?? {};
    if (!isObject(before) || !isObject(after)) return [`${kind} is gone`];
    if (!isSame(rule, ruleNow)) return [`${kind}: its topic, QoS, retain flag or size`];
    // A device may go on saying what it was allowed to say, and hears nothing that it was not to expect.
    const heard = kind === 'request' ? boundByAbout(after, before) : after;
    const pointers = rule['from'] === 'device' ? shortfalls(before, after) : shortfalls(heard, before);
    return pointers.map((at) => `${kind}: ${at}`);
  });
}

const read = () => JSON.parse(readFileSync(file, 'utf8')) as Record<string, Schema>;

test('what devices could say in version 1 they can say still, and Hearth says no more to them', () => {
  expect(breaches(read(), present())).toEqual([]);
  if (process.env['UPDATE_PUBLISHED']) writeFileSync(file, JSON.stringify(present(), null, 2));
});

const altered = (text: string, to: string): Record<string, Schema> => {
  const before = JSON.stringify(present());
  expect(before).toContain(text);
  return JSON.parse(before.replace(text, to)) as Record<string, Schema>;
};

test.for([
  [
    'a field that has to be sent now',
    '"required":["boot","seq","values"]',
    '"required":["boot","seq","values","late"]',
  ],
  ['a narrower range', '"minimum":-50,"maximum":80', '"minimum":-40,"maximum":80'],
  [
    'a kind of device that is gone',
    '"enum":["heater","thermostat","sensor"]',
    '"enum":["heater","thermostat"]',
  ],
  ['a field that is gone', '"tookMs":{"type":"number","minimum":0,"maximum":600000},', ''],
  ['another unit', '"x-unit":"°C"', '"x-unit":"°F"'],
  ['another topic', 'hearth/v1/{home}/{device}/status', 'hearth/v1/{home}/{device}/state'],
  [
    'another retain flag',
    '"from":"platform","qos":1,"isRetained":false',
    '"from":"platform","qos":1,"isRetained":true',
  ],
  ['a new field in requests', '"id":{"type":"string"', '"priority":{"type":"number"},"id":{"type":"string"'],
  ['a shorter text', '"maxLength":64', '"maxLength":32'],
] as const)('seen: %s', ([, text, to]) => {
  expect(breaches(present(), altered(text, to))).not.toEqual([]);
});

test.for([
  ['a field that may be left out', '"tookMs":', '"rssi":{"type":"number"},"tookMs":'],
  ['a wider range', '"minimum":-50,"maximum":80', '"minimum":-60,"maximum":90'],
  [
    'a new kind of device',
    '"enum":["heater","thermostat","sensor"]',
    '"enum":["heater","thermostat","sensor","valve"]',
  ],
  [
    'a quantity that Hearth asks for',
    '"items":{"enum":["temperature"',
    '"items":{"enum":["pressure","temperature"',
  ],
] as const)('no breach: %s', ([, text, to]) => {
  expect(breaches(present(), altered(text, to))).toEqual([]);
});
