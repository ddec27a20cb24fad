import { Type, type Static, type TSchema } from 'typebox';
import { quantityNames, type QuantityName } from './quantities.ts';
import { closed } from './shorthand.ts';

/** Something of the quantities that a device has: each may be left out, none is unknown. */
export function byQuantity<T extends TSchema>(schema: T, description = 'By quantity.') {
  const properties = Object.fromEntries(quantityNames.map((name) => [name, Type.Optional(schema)]));
  return Type.Unsafe<{ [Q in QuantityName]?: Static<T> }>(
    Type.Object(properties, { ...closed, description }),
  );
}
