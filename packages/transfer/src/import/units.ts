import type { QuantityName } from '@hearth/contract';
import { factsOf } from '../words.ts';

/** How a number of theirs becomes one of ours: `scale × n + offset`. */
export interface Conversion {
  scale: number;
  offset: number;
}

const same: Conversion = { scale: 1, offset: 0 };

/** By our unit, the units that are known for it. */
const conversions: Record<string, Record<string, Conversion>> = {
  '°C': {
    '°C': same,
    '℃': same,
    C: same,
    '°F': { scale: 5 / 9, offset: -160 / 9 },
    '℉': { scale: 5 / 9, offset: -160 / 9 },
    F: { scale: 5 / 9, offset: -160 / 9 },
    K: { scale: 1, offset: -273.15 },
  },
  W: { W: same, kW: { scale: 1000, offset: 0 }, mW: { scale: 1e-3, offset: 0 } },
  kWh: { kWh: same, Wh: { scale: 1e-3, offset: 0 }, MWh: { scale: 1000, offset: 0 } },
  '%': { '%': same },
  dBm: { dBm: same, dB: same },
};

/** How a quantity's numbers are converted from a unit; null where that unit is none of it. No unit is ours. */
export function conversionOf(quantity: QuantityName, unit: string | null): Conversion | null {
  if (unit === null || unit === '') return same;
  const facts = factsOf(quantity);
  if (facts.kind !== 'number') return null;
  const known = conversions[facts.unit] ?? {};
  return Object.hasOwn(known, unit) ? known[unit]! : null;
}

/** Converts, and rounds what was converted to a tenth of the quantity's resolution: 70 °F are 21.111 °C. */
export function convert(quantity: QuantityName, { scale, offset }: Conversion, value: number): number {
  if (scale === 1 && offset === 0) return value;
  const facts = factsOf(quantity);
  const steps = facts.kind === 'number' ? Math.round(10 / facts.resolution) : 1;
  return Math.round((value * scale + offset) * steps) / steps;
}

/** The units that a quantity takes, in words. */
export function unitsOf(quantity: QuantityName): string {
  const facts = factsOf(quantity);
  if (facts.kind !== 'number') return 'no unit';
  return Object.keys(conversions[facts.unit] ?? {}).join(', ');
}
