import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Default } from 'typebox/value';

/** A request whose body, query or parameters do not fit the contract. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
  readonly code = 'bad-request';
  /** What was wrong, by JSON pointer into the part of the request that `message` names. */
  readonly errors: readonly { pointer: string; detail: string }[];
  constructor(message: string, errors: readonly { pointer: string; detail: string }[]) {
    super(message);
    this.errors = errors;
  }
}

interface SchemaError {
  keyword: string;
  instancePath: string;
  message: string;
  params: object;
}

const partNames: Record<string, string> = { body: 'body', querystring: 'query', params: 'address' };
/** Most errors told of one request: a form needs one a field. */
const errorsMax = 20;

/**
 * Compiles a contract schema for Fastify. The contract's own validator is used, so that a value is judged
 * alike over HTTP and MQTT: nothing is removed, only numbers in the query are converted, defaults are filled.
 */
export function compileValidator(route: { schema: TSchema; httpPart?: string | undefined }) {
  const { schema, httpPart = 'body' } = route;
  const validator = Compile(schema);
  const part = partNames[httpPart] ?? httpPart;
  return (data: unknown): { value: unknown } | { error: Error } => {
    const given = httpPart === 'querystring' ? withNumbers(schema, data) : data;
    const value = Default(schema, given);
    if (validator.Check(value)) return { value };
    const errors = pointers(validator.Errors(value));
    return { error: new InvalidRequestError(`The ${part} does not fit: see errors.`, errors) };
  };
}

/** Query values come as text; those that the schema wants as numbers and that are plain decimals become so. */
function withNumbers(schema: TSchema, query: unknown): unknown {
  const properties = (schema as { properties?: Record<string, { type?: string }> }).properties ?? {};
  return Object.fromEntries(
    Object.entries(query ?? {}).map(([name, text]) => {
      const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
      const isNumeric = type === 'integer' || type === 'number';
      return [name, isNumeric && /^-?\d{1,16}(\.\d+)?$/.test(String(text)) ? Number(text) : text];
    }),
  );
}

/** One error a field, with the deepest pointer first known. @see RFC 6901, RFC 9457 section 3 */
function pointers(found: readonly SchemaError[]): { pointer: string; detail: string }[] {
  const byPointer = new Map<string, string>();
  for (const error of found.slice(0, errorsMax * 5))
    for (const [path, detail] of explain(error)) {
      const pointer = `#${path}`.slice(0, 200);
      if (byPointer.size < errorsMax && !byPointer.has(pointer)) byPointer.set(pointer, detail);
    }
  return Array.from(byPointer, ([pointer, detail]) => ({ pointer, detail }));
}

function explain(error: SchemaError): [path: string, detail: string][] {
  const params = error.params as {
    allowedValues?: unknown[];
    requiredProperties?: string[];
    additionalProperties?: string[];
  };
  const at = error.instancePath;
  if (params.requiredProperties)
    return params.requiredProperties.map((key) => [`${at}/${escaped(key)}`, 'is needed']);
  if (params.additionalProperties)
    return params.additionalProperties.map((key) => [`${at}/${escaped(key)}`, 'is not known here']);
  if (error.keyword === 'boolean') return [];
  if (params.allowedValues)
    return [[at, `must be one of ${params.allowedValues.slice(0, 20).map(String).join(', ')}`]];
  return [[at, error.message]];
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
