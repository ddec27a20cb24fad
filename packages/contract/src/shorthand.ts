import { Type, type TSchema } from 'typebox';
import type { Value } from './quantities.ts';

/** Of an object in a request: unknown fields are a breach. */
export const closed = { additionalProperties: false } as const;

/** The same, or null. */
export const nullable = <T extends TSchema>(schema: T, options: { description?: string } = {}) =>
  Type.Union([schema, Type.Null()], options);

/** A duration. */
export const ms = Type.Integer({ minimum: 0, description: 'Milliseconds.' });

/** A value of any quantity; null is a sensor that failed. */
export const anyValue = Type.Unsafe<Value>({ type: ['number', 'boolean', 'string', 'null'] });
