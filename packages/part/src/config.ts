import type { Static, TObject } from 'typebox';
import { Convert, Default, Errors } from 'typebox/value';

/** A variable of the environment that cannot be used. The message is the one line that a person needs. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config';
}

/**
 * Reads one part's configuration from the environment: the schema names the variables, gives the defaults
 * and checks what is set. An empty variable counts as not set.
 * @throws {ConfigError} naming the first variable that does not fit, and what it takes.
 */
export function readConfig<S extends TObject>(schema: S, env: NodeJS.ProcessEnv): Static<S> {
  const named = Object.fromEntries(
    Object.keys(schema.properties).flatMap((key) => (env[key] ? [[key, env[key]]] : [])),
  );
  const config = Convert(schema, Default(schema, named)) as Record<string, unknown>;
  // Convert cuts 80.5 down to 80: what is not a whole number stays text, and is refused as such.
  for (const [key, property] of Object.entries<{ type?: string }>(schema.properties))
    if (property.type === 'integer' && env[key] && !/^-?\d+$/.test(env[key])) config[key] = env[key];
  const [error] = Errors(schema, config);
  if (!error) return config as Static<S>;
  const key =
    error.instancePath.split('/')[1] ||
    String((error.params as { requiredProperties?: string[] }).requiredProperties?.[0]);
  const expected = env[key] ? `has to be ${wordsFor(schema.properties[key] as Property)}` : 'is not set';
  const isShown = env[key] && !(schema.properties[key] as Property).writeOnly;
  throw new ConfigError(`${key} ${expected}${isShown ? `, got "${env[key]}"` : ''}`);
}

interface Property {
  type?: string;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  examples?: unknown[];
  /** Of a secret: a value that does not fit is not told. */
  writeOnly?: boolean;
}

/** What a variable takes, for whoever has not seen a schema. */
function wordsFor({ type, enum: choices, minimum, maximum, examples }: Property): string {
  if (choices) return `one of ${choices.join(', ')}`;
  if (type === 'integer') {
    const from = minimum === undefined ? '' : ` from ${minimum}`;
    const to = maximum === undefined ? '' : ` ${from ? 'to' : 'up to'} ${maximum}`;
    return `a whole number${from}${to}`;
  }
  return examples ? `such as ${String(examples[0])}` : 'another text';
}
