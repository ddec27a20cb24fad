import {
  excerpt,
  quantities,
  type QuantityName,
  type Rejection,
  type Value,
  type Values,
} from '@hearth/contract';
import type { Measured } from './adapter.ts';

/** How other units become the contract's. */
const conversions: Readonly<Record<string, (value: number) => number>> = {
  '°F': (value) => ((value - 32) * 5) / 9,
  F: (value) => ((value - 32) * 5) / 9,
  K: (value) => value - 273.15,
  kW: (value) => value * 1000,
  Wh: (value) => value / 1000,
  MWh: (value) => value * 1000,
};

/** What a sensor without a value says of itself. */
const noValue = /^(nan|none|null|unknown|unavailable|undefined|inf|-inf|n\/a|)$/i;

export type Read = { value: Value } | { fault: string } | { rejection: Rejection } | null;

/**
 * A quantity from what came: a number or its text in `unit`, converted and rounded to 0.01 (energy: 0.001).
 * A number that no home has is rejected; null where nothing is said.
 */
export function readNumber(quantity: QuantityName, raw: unknown, path: string, unit = ''): Read {
  if (raw === undefined || raw === null) return null;
  const text = typeof raw === 'string' ? raw.trim() : null;
  if (text !== null && noValue.test(text)) return /^nan$/i.test(text) ? { fault: 'it says NaN' } : null;
  const got = text === null ? raw : Number(text);
  if (typeof got !== 'number' || !Number.isFinite(got)) return reject('type', path, 'a number', raw);
  const facts = quantities[quantity] as { min: number; max: number; unit: string };
  const value = round(quantity, conversions[unit]?.(got) ?? got);
  if (value < facts.min || value > facts.max)
    return reject('range', path, `${quantity} from ${facts.min} to ${facts.max} ${facts.unit}`, raw);
  return { value };
}

/** Never −0. */
function round(quantity: QuantityName, value: number): number {
  const scale = quantity === 'energy' ? 1000 : 100;
  return Math.round(value * scale) / scale + 0;
}

function reject(rule: string, path: string, expected: string, got: unknown): { rejection: Rejection } {
  return { rejection: { rule, path, expected, got: excerpt(got) } };
}

/** Gathers what one message says of one device. */
export class Findings {
  readonly values: Values = {};
  readonly faults: NonNullable<Measured['faults']> = {};
  readonly rejections: Rejection[] = [];

  add(quantity: QuantityName, read: Read): void {
    if (read === null) return;
    if ('rejection' in read) this.rejections.push(read.rejection);
    else if ('value' in read) (this.values as Record<string, Value>)[quantity] = read.value;
    else {
      (this.values as Record<string, Value>)[quantity] = null;
      this.faults[quantity] = read.fault;
    }
  }

  /** What was measured at `at`; undefined when it was nothing. */
  measured(at: number): Measured | undefined {
    if (Object.keys(this.values).length === 0) return undefined;
    const hasFaults = Object.keys(this.faults).length > 0;
    return { at, values: this.values, ...(hasFaults ? { faults: this.faults } : {}) };
  }
}
