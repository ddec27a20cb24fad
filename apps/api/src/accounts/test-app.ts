import { Secret, TOTP } from 'otpauth';

/** Codes as somebody else's authenticator makes them. */
export function appFor(secret: string, clock: { ms: number }): () => string {
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  return () => app.generate({ timestamp: clock.ms });
}
