import { Type, type Static } from 'typebox';
import { Instant } from './ids.ts';
import { closed, nullable } from './shorthand.ts';

/** Something that was done by a request, or a sign-in or password that was refused. */
export const Deed = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  at: Instant,
  who: nullable(Type.String(), {
    description: 'As they were called then, or called themselves; null: nobody knows.',
  }),
  by: Type.Enum(['session', 'token', 'command-line']),
  token: nullable(Type.String(), { description: 'The name of the program’s token.' }),
  address: Type.String({ description: 'From where; empty on the server itself.' }),
  route: Type.String({ description: 'The name of the route that was called, or recover.' }),
  about: nullable(Type.String(), { description: 'What it was done to, in short.' }),
  isDone: Type.Boolean({ description: 'False: a password, code or passkey was wrong.' }),
});
export type Deed = Static<typeof Deed>;

export const Deeds = Type.Object({
  deeds: Type.Array(Deed),
  before: nullable(Type.Integer(), { description: 'For the next page; null: there is none.' }),
});
export type Deeds = Static<typeof Deeds>;

export const DeedsQuery = Type.Object(
  { before: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })) },
  closed,
);
