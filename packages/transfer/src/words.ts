import { quantities, type QuantityFacts, type QuantityName, type Value } from '@hearth/contract';

/** What is known of a quantity, its kind not told apart yet. */
export const factsOf = (quantity: QuantityName): QuantityFacts => quantities[quantity];

/** The unit of a quantity's numbers; null of switches and choices. */
export function unitOf(quantity: QuantityName): string | null {
  const facts = factsOf(quantity);
  return facts.kind === 'number' ? facts.unit : null;
}

/** A value as the store's columns have it, in the contract's words; NaN is null. */
export function valueOf(facts: QuantityFacts, stored: number): Value {
  if (Number.isNaN(stored)) return null;
  if (facts.kind === 'boolean') return stored !== 0;
  return facts.kind === 'choice' ? (facts.choices[stored] ?? null) : stored;
}

const dayMs = 86_400_000;
const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
let textDay = NaN;
let textDate = '';

/** An instant as ISO 8601 in UTC with milliseconds. `at` in Unix ms. Date's own takes most of an export's time. */
export function instantText(at: number): string {
  const day = Math.floor(at / dayMs);
  // Instants that follow each other share their date.
  if (day !== textDay) textDate = new Date(day * dayMs).toISOString().slice(0, 11);
  textDay = day;
  const ms = at - day * dayMs;
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60];
  const clock = `${twoDigits[Math.floor(hours)]}:${twoDigits[Math.floor(minutes)]}:${twoDigits[Math.floor(seconds)]}`;
  return `${textDate}${clock}.${String(ms % 1000).padStart(3, '0')}Z`;
}
