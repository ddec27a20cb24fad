import { createHash } from 'node:crypto';
import { deviceIdPattern, quantityNames, type QuantityName } from '@hearth/contract';

const isId = new RegExp(`^${deviceIdPattern}$`);
const [idMin, idMax] = [3, 36];

/** What other programs call our quantities, in small letters without anything between. */
const otherNames: Record<string, QuantityName> = {
  temp: 'temperature',
  currenttemperature: 'temperature',
  localtemperature: 'temperature',
  targettemperature: 'setpoint',
  hum: 'humidity',
  relativehumidity: 'humidity',
  outdoortemperature: 'outsideTemperature',
  batterylevel: 'battery',
  rssi: 'signal',
  signalstrength: 'signal',
  valveposition: 'valve',
  valveopening: 'valve',
};
const byName = new Map<string, QuantityName>([
  ...Object.entries(otherNames),
  ...quantityNames.map((name) => [name.toLowerCase(), name] as const),
]);

/** The quantity that a file calls so: `Temperature`, `current_temperature`, `battery level`; null for none. */
export function quantityNamed(name: string): QuantityName | null {
  return byName.get(name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')) ?? null;
}

/**
 * A device id made of what a file calls the device: itself where it is one, else in small letters with hyphens. Long
 * names end in a few characters of their hash, so that two stay two. Null where nothing is left of it.
 */
export function deviceIdOf(name: string): string | null {
  if (isId.test(name)) return name;
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '');
  if (slug === '') return null;
  if (slug.length < idMin) return `${slug}-0`;
  return slug.length > idMax ? `${slug.slice(0, idMax - 7)}-${hashOf(name)}` : slug;
}

function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 6);
}
