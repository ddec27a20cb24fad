import type { Place } from '../broker/link.ts';
import { median, type Figure } from '../figure.ts';
import type { Job } from './load.ts';
import type { Dialect } from './packets.ts';

/** Has the load's process do a job. */
export type Run = (job: Job) => Promise<number[]>;

/** Our broker itself, the front before it, and Mosquitto. */
export type Places = Record<'direct' | 'front' | 'mosquitto', Place>;

/** Who is measured: a broker, by which way, in which dialect. */
export interface Variant {
  name: string;
  at: keyof Places;
  dialect: Dialect;
}

/** What the others are compared with. */
const plain = 'direct.3.1.1';

export const variants: readonly Variant[] = [
  { name: plain, at: 'direct', dialect: '3.1.1' },
  { name: 'front.3.1.1', at: 'front', dialect: '3.1.1' },
  { name: 'front.5', at: 'front', dialect: '5' },
  { name: 'front.5.properties', at: 'front', dialect: '5 with properties' },
  { name: 'mosquitto.3.1.1', at: 'mosquitto', dialect: '3.1.1' },
  { name: 'mosquitto.5', at: 'mosquitto', dialect: '5' },
  { name: 'mosquitto.5.properties', at: 'mosquitto', dialect: '5 with properties' },
];

/** Values by the name of what was measured. */
export type Found = Map<string, number[]>;

/** One measurement of each in each round, every second round the other way round. */
export async function interleave(
  rounds: number,
  measure: (variant: Variant) => Promise<number>,
  among: readonly Variant[] = variants,
): Promise<Found> {
  const found: Found = new Map(among.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const variant of round % 2 === 0 ? among : among.toReversed())
      found.get(variant.name)!.push(await measure(variant));
  return found;
}

/** Medians, and the median of the ratios to our broker in the same round. */
export function figuresOf(what: string, unit: string, found: Found): Figure[] {
  const base = found.get(plain)!;
  const figures: Figure[] = [];
  for (const [name, values] of found) {
    const figure: Figure = { figure: `mqtt5.${what}.${name}`, value: median(values), unit };
    const ratio = median(values.map((value, round) => value / base[round]!));
    figures.push(name === plain ? figure : { ...figure, peer: 'our broker, 3.1.1', ratio });
  }
  return figures;
}
