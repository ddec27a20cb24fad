import { Type, type Static } from 'typebox';

/** Every problem the HTTP api answers with: code → status and title. The type URI is `/problems/{code}`. */
export const problems = {
  'bad-request': { status: 400, title: 'The request is not what this address takes' },
  'not-signed-in': { status: 401, title: 'Sign in first' },
  'wrong-credentials': { status: 401, title: 'Name or password is wrong' },
  'code-needed': { status: 401, title: 'The code of your app is needed as well' },
  'wrong-second-code': { status: 401, title: 'This code lets nobody in' },
  'wrong-passkey': { status: 401, title: 'This passkey lets nobody in' },
  'no-passkeys-here': { status: 409, title: 'No passkey works under this address' },
  'not-allowed': { status: 403, title: 'Only somebody with more rights may do this' },
  'wrong-code': { status: 403, title: 'The set-up code is wrong or has run out' },
  'wrong-pairing-code': { status: 403, title: 'The pairing code is wrong' },
  'wrong-origin': { status: 403, title: 'The request came from another site' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'already-set-up': { status: 409, title: 'This Hearth has an owner already' },
  'pairing-closed': { status: 409, title: 'No device is being paired now' },
  'device-offline': { status: 409, title: 'The device is not connected' },
  'last-owner': { status: 409, title: 'The home would have no owner' },
  'already-there': { status: 409, title: 'There is one with this name already' },
  'broker-by-hand': { status: 409, title: 'The broker lets devices in by hand only' },
  'cannot-encrypt': { status: 409, title: 'The payloads of this device cannot be encrypted' },
  'key-shown': { status: 409, title: 'The key was shown already' },
  'key-missing': { status: 409, title: 'The key is not in the data folder' },
  'cannot-start': { status: 409, title: 'This import cannot be started' },
  'check-running': { status: 409, title: 'A device is being checked already' },
  'cannot-check': { status: 409, title: 'The check cannot begin' },
  'cannot-set': { status: 409, title: 'The device takes no such command' },
  'too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'Send application/json' },
  'out-of-range': { status: 422, title: 'The value is outside the limits' },
  'too-many': { status: 429, title: 'Too many attempts' },
  internal: { status: 500, title: 'Something broke here' },
  'broker-away': { status: 503, title: 'The message broker cannot be reached' },
  'no-room': { status: 507, title: 'There is no room for the file' },
  'store-full': { status: 503, title: 'The disk is full' },
  'store-read-only': { status: 503, title: 'The data folder cannot be written' },
  'store-failed': { status: 503, title: 'Stored data cannot be read or written' },
} as const;
export type ProblemCode = keyof typeof problems;

/** The body of every HTTP error. @see RFC 9457 */
export const Problem = Type.Object({
  type: Type.String({ examples: ['/problems/device-offline'] }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String({ description: 'What was wrong, what was expected, what to do.' })),
  instance: Type.Optional(Type.String()),
  retryAfterS: Type.Optional(Type.Integer()),
  errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
});
export type Problem = Static<typeof Problem>;
