import { excerpt, type QuantityFacts, type QuantityName, type Value } from '@hearth/contract';
import { factsOf } from '../words.ts';
import { convert, type Conversion } from './units.ts';

/** A value of a quantity, or why it is none. */
export type ReadValue = { value: Value } | { reason: 'value' | 'range'; expected: string };

const on = new Set(['true', 'on', '1', 'yes']);
const off = new Set(['false', 'off', '0', 'no']);

/** A number as programs write it: no thousands, no comma, nothing around it. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

/**
 * Reads a value as a file has it: text, or of a type already. Null, and text of nothing, is a failed sensor. The
 * contract's ranges are held, after conversion.
 */
export function readValue(quantity: QuantityName, raw: unknown, conversion: Conversion): ReadValue {
  if (raw === null || raw === undefined || raw === '') return { value: null };
  const facts = factsOf(quantity);
  if (facts.kind === 'number') return readNumber(quantity, facts, raw, conversion);
  const word = wordOf(raw);
  if (facts.kind === 'boolean') {
    if (on.has(word) || off.has(word)) return { value: on.has(word) };
    return { reason: 'value', expected: 'true or false' };
  }
  if (facts.choices.includes(word)) return { value: word };
  return { reason: 'value', expected: `one of ${facts.choices.join(', ')}` };
}

function wordOf(raw: unknown): string {
  if (typeof raw === 'string') return raw.toLowerCase();
  return typeof raw === 'boolean' || typeof raw === 'number' || typeof raw === 'bigint' ? String(raw) : '';
}

function readNumber(
  quantity: QuantityName,
  { unit, min, max }: Extract<QuantityFacts, { kind: 'number' }>,
  raw: unknown,
  conversion: Conversion,
): ReadValue {
  const given = toNumber(raw);
  if (given === null) return { reason: 'value', expected: 'a number with a point, and nothing else' };
  const value = convert(quantity, conversion, given);
  if (value >= min && value <= max) return { value };
  return { reason: 'range', expected: `${min} to ${max} ${unit}` };
}

function toNumber(raw: unknown): number | null {
  if (typeof raw === 'string' && !decimal.test(raw)) return null;
  if (!['string', 'number', 'bigint'].includes(typeof raw)) return null;
  const number = Number(raw);
  return Number.isFinite(number) ? number : null;
}

/** What came, for a report: one short line. */
export function shown(raw: unknown): string {
  return excerpt(typeof raw === 'bigint' ? String(raw) : raw);
}
