import { Type, type Static } from 'typebox';
import { Instant } from './ids.ts';
import { closed } from './shorthand.ts';

/** What a browser's `navigator.credentials` takes or gives, as JSON. @see WebAuthn Level 3, 5.1 */
export const BrowserCredential = Type.Record(Type.String(), Type.Unknown(), { maxProperties: 30 });

const PasskeyId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,1400}$' });

export const Passkey = Type.Object({
  id: PasskeyId,
  name: Type.String({ description: 'What the browser said it is that made it.' }),
  site: Type.String({ description: 'The host name that it works under, and no other.' }),
  addedAt: Instant,
  usedAt: Type.Union([Instant, Type.Null()]),
});
export type Passkey = Static<typeof Passkey>;

export const NewPasskey = Type.Object({ credential: BrowserCredential }, closed);

export const RemovePasskey = Type.Object(
  { id: PasskeyId, password: Type.String({ maxLength: 256 }) },
  closed,
);
