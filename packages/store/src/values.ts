import { quantities, type QuantityFacts, type QuantityName, type Value } from '@hearth/contract';

/**
 * A value as the store keeps it: a boolean as 0 or 1, a choice as its index in the contract's list, null as
 * NaN. Minus zero becomes zero, because SQLite would make it so on disk and rollups are exact to the bit.
 * @throws {TypeError} for a value that the quantity cannot have.
 */
export function encodeValue(quantity: QuantityName, value: Value): number {
  if (value === null) return NaN;
  const facts: QuantityFacts | undefined = quantities[quantity];
  if (!facts) throw new TypeError(`${quantity} is not a quantity of the contract`);
  if (facts.kind === 'number' && typeof value === 'number' && Number.isFinite(value)) return value + 0;
  if (facts.kind === 'boolean' && typeof value === 'boolean') return value ? 1 : 0;
  if (facts.kind === 'choice' && typeof value === 'string') {
    const index = facts.choices.indexOf(value);
    if (index >= 0) return index;
  }
  throw new TypeError(`${quantity} takes a ${facts.kind}, got ${JSON.stringify(value)} (${typeof value})`);
}

/** Whether a quantity is on or off; one that the contract no longer has is not. */
export function isSwitch(quantity: string): boolean {
  const facts: QuantityFacts | undefined = quantities[quantity as QuantityName];
  return facts?.kind === 'boolean';
}

/** The inverse of {@link encodeValue}. */
export function decodeValue(quantity: QuantityName, stored: number): Value {
  if (Number.isNaN(stored)) return null;
  const facts: QuantityFacts = quantities[quantity];
  if (facts.kind === 'boolean') return stored !== 0;
  if (facts.kind === 'choice') return facts.choices[stored] ?? null;
  return stored;
}
