import { Type, type Static, type TSchema } from 'typebox';

/** What is known of a quantity before any device speaks of it. Numbers carry unit, range and resolution. */
export type QuantityFacts =
  | { kind: 'number'; unit: string; min: number; max: number; resolution: number; label: string }
  | { kind: 'boolean'; label: string }
  | { kind: 'choice'; choices: readonly string[]; label: string };

/**
 * Every quantity of contract v1. SI units and °C; ranges are what a home can show, not what a sensor can
 * send: −127 (an unplugged DS18B20) is a fault, not a temperature.
 */
export const quantities = {
  temperature: { kind: 'number', unit: '°C', min: -50, max: 80, resolution: 0.01, label: 'Temperature' },
  setpoint: { kind: 'number', unit: '°C', min: 4, max: 35, resolution: 0.1, label: 'Setpoint' },
  humidity: { kind: 'number', unit: '%', min: 0, max: 100, resolution: 0.1, label: 'Relative humidity' },
  outsideTemperature: {
    kind: 'number',
    unit: '°C',
    min: -60,
    max: 60,
    resolution: 0.01,
    label: 'Outside temperature',
  },
  surfaceTemperature: {
    kind: 'number',
    unit: '°C',
    min: -50,
    max: 150,
    resolution: 0.1,
    label: 'Heater surface temperature',
  },
  heating: { kind: 'boolean', label: 'Heating' },
  mode: { kind: 'choice', choices: ['off', 'heat', 'auto'], label: 'Mode' },
  power: { kind: 'number', unit: 'W', min: 0, max: 30_000, resolution: 0.1, label: 'Power' },
  energy: { kind: 'number', unit: 'kWh', min: 0, max: 10_000_000, resolution: 0.001, label: 'Energy' },
  valve: { kind: 'number', unit: '%', min: 0, max: 100, resolution: 1, label: 'Valve opening' },
  battery: { kind: 'number', unit: '%', min: 0, max: 100, resolution: 1, label: 'Battery' },
  batteryLow: { kind: 'boolean', label: 'Battery low' },
  signal: { kind: 'number', unit: 'dBm', min: -130, max: 0, resolution: 1, label: 'Signal' },
} as const satisfies Record<string, QuantityFacts>;

export type QuantityName = keyof typeof quantities;
export const quantityNames = Object.keys(quantities) as QuantityName[];

/** One of the names in {@link quantities}. */
export const QuantityName = Type.Enum(quantityNames, { examples: ['temperature'] });

/** A value as a device reports it; `null` is a sensor that failed, and its fault says why. */
export type Value = number | boolean | string | null;
export type Values = { [Q in QuantityName]?: Value };

function valueSchema(facts: QuantityFacts): TSchema {
  const description = facts.kind === 'number' ? `${facts.label} in ${facts.unit}` : facts.label;
  if (facts.kind === 'number')
    return Type.Number({ minimum: facts.min, maximum: facts.max, description, 'x-unit': facts.unit });
  if (facts.kind === 'boolean') return Type.Boolean({ description });
  return Type.Enum([...facts.choices], { description });
}

/** The schema of each quantity's value when it is there. Units are °C, %, W, kWh, dBm: never strings. */
export const valueSchemas = Object.fromEntries(
  quantityNames.map((name) => [name, valueSchema(quantities[name])]),
) as Record<QuantityName, TSchema>;

/** What a command may set. */
export const SetValues = Type.Object(
  {
    setpoint: Type.Optional(valueSchemas.setpoint as ReturnType<typeof Type.Number>),
    mode: Type.Optional(Type.Enum([...quantities.mode.choices])),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type SetValues = Static<typeof SetValues>;
