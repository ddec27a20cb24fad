import { parseJson, type Parsed } from '@hearth/contract';

/** A state of a device: the largest that was seen is EMS-ESP's of a boiler, 4 kB. */
const stateLimits = { maxBytes: 65_536, maxDepth: 12 };

export type Json = Record<string, unknown>;

/** JSON of a message of other software, within limits that hold before it is parsed. */
export function readJson(payload: Uint8Array, limits = stateLimits): Parsed<unknown> {
  return parseJson(payload, limits);
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an object has under a key of its own; undefined for anything else. */
export function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** What is at the end of a path of own keys. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce(own, value);
}

/** A word as JSON may have it, with or without quotes; `instead` where it is none. */
export function word(value: unknown, instead = ''): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : instead;
}
