import { SimulationFile } from '@hearth/simulator';
import type { Json, JsonObject } from './schemas.ts';

/** The JSON Schema of a simulation as a person writes it: what has a default may be left out. */
export function simulationSchema(): JsonObject {
  const schema = withoutDefaulted(JSON.parse(JSON.stringify(SimulationFile)) as Json) as JsonObject;
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema };
}

function withoutDefaulted(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(withoutDefaulted);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [
    key,
    key === 'default' ? value : withoutDefaulted(value),
  ]);
  const { required, properties } = schema as { required?: string[]; properties?: { [name: string]: object } };
  const whole = Object.fromEntries(entries) as JsonObject;
  if (!Array.isArray(required)) return whole;
  return { ...whole, required: required.filter((name) => !('default' in (properties?.[name] ?? {}))) };
}
