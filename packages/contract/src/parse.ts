import { Compile } from 'typebox/compile';
import type { Validator } from 'typebox/compile';
import { instantLimits } from './ids.ts';
import { messageSchemas, type Messages } from './messages.ts';
import { quantities, type QuantityName } from './quantities.ts';
import type { MessageKind } from './topics.ts';

/** Why a message was not taken: which rule, where (JSON pointer), what the rule expects, what came. */
export interface Rejection {
  rule: string;
  path: string;
  expected: string;
  got: string;
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; rejection: Rejection };

/** Largest payload of a native message in bytes: a manifest of every quantity takes about 2 kB. */
export const payloadMaxBytes = 8192;
/** Deepest nesting of a native payload; the manifest needs 4. */
export const payloadMaxDepth = 6;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const validators = Object.fromEntries(
  Object.entries(messageSchemas).map(([kind, schema]) => [kind, Compile(schema)]),
) as unknown as Record<MessageKind, Validator>;

/** Shortens what came, so that a stranger's megabyte does not reach a log or a page. */
export function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const clean = text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '·');
  return clean.length > 80 ? `${clean.slice(0, 77)}…` : clean;
}

function reject(
  rule: string,
  path: string,
  expected: string,
  got: unknown,
): { ok: false; rejection: Rejection } {
  return { ok: false, rejection: { rule, path, expected, got: excerpt(got) } };
}

/** Counts nesting without recursion, before JSON.parse sees the text; brackets inside strings do not count. */
function isTooDeep(text: string, maxDepth: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (isInString) {
      if (c === '\\') i++;
      else if (c === '"') isInString = false;
    } else if (c === '"') isInString = true;
    else if (c === '{' || c === '[') {
      if (++depth > maxDepth) return true;
    } else if (c === '}' || c === ']') depth--;
  }
  return false;
}

function valueAt(root: unknown, pointer: string): unknown {
  let node = root;
  for (const key of pointer.split('/').slice(1)) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    node = (node as Record<string, unknown>)[key];
  }
  return node;
}

/** Turns payload bytes into JSON, or says which rule of the wire they break; the limits are those of native messages. */
export function parseJson(
  payload: Uint8Array,
  { maxBytes = payloadMaxBytes, maxDepth = payloadMaxDepth }: { maxBytes?: number; maxDepth?: number } = {},
): Parsed<unknown> {
  if (payload.length > maxBytes)
    return reject('size', '', `at most ${maxBytes} bytes`, `${payload.length} bytes`);
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return reject('utf-8', '', 'well-formed UTF-8', `${payload.length} bytes that are not UTF-8`);
  }
  if (isTooDeep(text, maxDepth)) return reject('depth', '', `at most ${maxDepth} levels`, text);
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return reject('json', '', 'a JSON object', text === '' ? 'an empty payload' : text);
  }
}

/**
 * Parses and checks a message of one kind: size, UTF-8, depth, JSON, schema, then what a schema cannot say.
 * Never throws; the rejection is what the device's page shows.
 */
export function parseMessage<K extends MessageKind>(kind: K, payload: Uint8Array): Parsed<Messages[K]> {
  const json = parseJson(payload);
  if (!json.ok) return json;
  const validator = validators[kind];
  if (!validator.Check(json.value)) {
    const errors = validator.Errors(json.value);
    // The deepest error says most; unions report one per variant, so take the first at the deepest path.
    const error = errors
      .filter((e) => e.keyword !== 'boolean')
      .toSorted((a, b) => b.instancePath.split('/').length - a.instancePath.split('/').length)[0];
    if (!error) return reject('schema', '', `a valid ${kind}`, json.value);
    const value = valueAt(json.value, error.instancePath);
    const got = JSON.stringify(value) ?? 'nothing';
    const unit = error.keyword === 'enum' ? unitAt(error.instancePath) : undefined;
    if (unit !== undefined) return reject('unit', error.instancePath, unit, got);
    const expected = error.instancePath === '/at' && typeof value === 'number' ? instantFor(value) : null;
    return reject(error.keyword, error.instancePath, expected ?? expectation(error), got);
  }
  return (checks[kind]?.(json.value as never) ?? json) as Parsed<Messages[K]>;
}

function expectation(error: { message: string; params: object }): string {
  const params = error.params as { allowedValues?: unknown[]; additionalProperties?: string[] };
  if (params.additionalProperties) return `no field ${params.additionalProperties.map(excerpt).join(', ')}`;
  if (params.allowedValues) return `one of ${params.allowedValues.slice(0, 20).join(', ')}`;
  return error.message;
}

/** What a manifest has to say where the pointer names a unit; undefined for any other place. */
function unitAt(path: string): string | undefined {
  const [, name] = /^\/quantities\/(\w+)\/unit$/.exec(path) ?? [];
  return name === undefined ? undefined : (unitOf(name as QuantityName) ?? 'no unit');
}

function unitOf(name: QuantityName): string | undefined {
  const facts = quantities[name];
  return facts.kind === 'number' ? facts.unit : undefined;
}

/** An instant is expected; a number of another scale is told which one it looks like. */
function instantFor(value: number): string {
  const { minimum, maximum } = instantLimits;
  const looksLike = (scale: number) => value * scale >= minimum && value * scale <= maximum;
  const unit = looksLike(1000) ? 'seconds' : looksLike(1 / 1000) ? 'microseconds' : null;
  return unit
    ? `milliseconds since 1970: ${value} looks like ${unit}`
    : 'milliseconds since 1970, from 2020 to 2100; without a clock send uptime instead';
}

type Check = (value: never) => { ok: false; rejection: Rejection } | null;

const checks: Partial<Record<MessageKind, Check>> = {
  about: (about: Messages['about']) => {
    for (const [name, manifest] of Object.entries(about.quantities)) {
      const expected = unitOf(name as QuantityName);
      if (manifest?.unit !== expected)
        return reject('unit', `/quantities/${name}/unit`, expected ?? 'no unit', manifest?.unit ?? 'none');
      if ((manifest?.min ?? -Infinity) > (manifest?.max ?? Infinity))
        return reject('range', `/quantities/${name}`, 'min below max', manifest);
    }
    for (const name of ['setpoint', 'mode'] as const)
      if (about.commands.set?.[name] && !about.quantities[name])
        return reject('set-without-quantity', `/commands/set/${name}`, `${name} in quantities`, 'none');
    const limits = about.commands.set?.setpoint;
    if (limits && limits.min >= limits.max)
      return reject('range', '/commands/set/setpoint', 'min below max', limits);
    return null;
  },
  reading: (reading: Messages['reading']) =>
    exactlyOne(reading, 'at', 'uptime') ?? nullsHaveFaults(reading.values, reading.faults),
  request: (request: Messages['request']) => exactlyOne(request, 'get', 'set'),
  response: (response: Messages['response']) =>
    exactlyOne(response, 'values', 'error') ??
    (response.values &&
      (exactlyOne(response, 'at', 'uptime') ?? nullsHaveFaults(response.values, response.faults))) ??
    null,
};

function exactlyOne(value: object, a: string, b: string) {
  const has = [a, b].filter((key) => Object.hasOwn(value, key));
  if (has.length === 1) return null;
  return reject('exactly-one', '', `exactly one of ${a} and ${b}`, has.length ? 'both' : 'neither');
}

function nullsHaveFaults(values: Messages['reading']['values'], faults: Messages['reading']['faults']) {
  for (const [name, value] of Object.entries(values))
    if (value === null && !faults?.[name as QuantityName])
      return reject('fault', `/faults/${name}`, 'why the value is null', 'nothing');
  return null;
}
