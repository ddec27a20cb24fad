import { isTrue, print, TemplateError, type Value } from './tree.ts';

/** What stands in the parentheses of a filter or function. */
export type Arguments = { list: readonly Value[]; named: ReadonlyMap<string, Value> };

function argument({ list, named }: Arguments, index: number, name: string): Value {
  return named.has(name) ? named.get(name) : list[index];
}

/** A number from a number, a boolean or its text; undefined when it is none. */
function toNumber(value: Value): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** @throws {TemplateError} for what is no number. */
export function number(value: Value): number {
  const found = toNumber(value);
  if (found === undefined) throw new TemplateError('not a number');
  return found;
}

function converted(value: Value, args: Arguments, convert: (value: number) => number): Value {
  const found = toNumber(value);
  if (found !== undefined) return convert(found);
  const instead = argument(args, 0, 'default');
  if (instead === undefined) throw new TemplateError('not a number');
  return instead;
}

function rounded(value: Value, args: Arguments): number {
  const digits = number(argument(args, 0, 'precision') ?? 0);
  const method = argument(args, 1, 'method') ?? 'common';
  const scale = 10 ** Math.max(-9, Math.min(9, Math.trunc(digits)));
  const scaled = number(value) * scale;
  if (method === 'floor') return Math.floor(scaled) / scale;
  if (method === 'ceil') return Math.ceil(scaled) / scale;
  return Math.round(scaled) / scale;
}

/**
 * The filters that devices use; `float`, `int`, `round` and `iif` are functions too.
 * @see https://www.home-assistant.io/docs/configuration/templating/
 */
export const filters: Readonly<Record<string, (value: Value, args: Arguments) => Value>> = {
  float: (value, args) => converted(value, args, (found) => found),
  int: (value, args) => converted(value, args, Math.trunc),
  round: rounded,
  abs: (value) => Math.abs(number(value)),
  multiply: (value, args) => number(value) * number(argument(args, 0, 'amount')),
  add: (value, args) => number(value) + number(argument(args, 0, 'amount')),
  default(value, args) {
    const isEmpty = isTrue(argument(args, 1, 'boolean')) ? !isTrue(value) : value === undefined;
    return isEmpty ? (argument(args, 0, 'default_value') ?? '') : value;
  },
  is_defined(value) {
    if (value === undefined) throw new TemplateError('not in this message');
    return value;
  },
  iif: (value, { list: [yes = true, no = false] }) => (isTrue(value) ? yes : no),
  lower: (value) => print(value).toLowerCase(),
  upper: (value) => print(value).toUpperCase(),
  trim: (value) => print(value).trim(),
  string: (value) => print(value),
};

/** What can be said of a value with `is`. */
export const tests: Readonly<Record<string, (value: Value) => boolean>> = {
  defined: (value) => value !== undefined,
  undefined: (value) => value === undefined,
  none: (value) => value === null,
  number: (value) => typeof value === 'number',
  string: (value) => typeof value === 'string',
  mapping: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** The operators between two values that are both needed. */
export const operators: Readonly<Record<string, (left: Value, right: Value) => Value>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => compare(left, right) < 0,
  '>': (left, right) => compare(left, right) > 0,
  '<=': (left, right) => compare(left, right) <= 0,
  '>=': (left, right) => compare(left, right) >= 0,
  '+': (left, right) =>
    typeof left === 'string' && typeof right === 'string' ? left + right : number(left) + number(right),
  '-': (left, right) => number(left) - number(right),
  '*': (left, right) => number(left) * number(right),
  '/': (left, right) => finite(number(left) / number(right)),
  '//': (left, right) => finite(Math.floor(number(left) / number(right))),
  '%': (left, right) => finite(number(left) - number(right) * Math.floor(number(left) / number(right))),
  '**': (left, right) => finite(number(left) ** number(right)),
  '~': (left, right) => print(left) + print(right),
  in: isIn,
  'not in': (left, right) => !isIn(left, right),
};

function compare(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : Number(left > right);
  if (typeof left !== 'number' || typeof right !== 'number')
    throw new TemplateError('only numbers or texts are compared');
  return left - right;
}

function isIn(value: Value, place: Value): boolean {
  if (typeof place === 'string') return place.includes(print(value));
  if (Array.isArray(place)) return place.includes(value);
  if (place instanceof Map) return place.has(value);
  if (typeof place === 'object' && place !== null) return Object.hasOwn(place, print(value));
  throw new TemplateError('nothing can be in it');
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new TemplateError('no number');
  return value;
}
