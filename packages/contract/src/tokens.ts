import { Type, type Static } from 'typebox';
import { Instant, Name } from './ids.ts';
import { closed } from './shorthand.ts';

/** What a program's token may do, at most what its person may. Which route is which the table of rights says. */
export const tokenScopes = ['read', 'command', 'admin'] as const;
export const TokenScope = Type.Enum([...tokenScopes], {
  description: 'Look; set, ask, acknowledge and mute; whatever else an owner may.',
});
export type TokenScope = Static<typeof TokenScope>;

const scopes = Type.Array(TokenScope, { minItems: 1, uniqueItems: true });

export const Token = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  name: Name,
  scopes,
  madeAt: Instant,
  expiresAt: Instant,
  usedAt: Type.Union([Instant, Type.Null()], { description: 'To ten minutes.' }),
});
export type Token = Static<typeof Token>;

export const NewToken = Type.Object(
  {
    name: Name,
    scopes,
    days: Type.Integer({ minimum: 1, maximum: 365 }),
    password: Type.String({ maxLength: 256 }),
  },
  closed,
);
export type NewToken = Static<typeof NewToken>;

export const MadeToken = Type.Object({
  token: Token,
  secret: Type.String({ description: 'For `Authorization: Bearer`; told once.' }),
});
export type MadeToken = Static<typeof MadeToken>;
