import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sessionMaxMs } from '../accounts/sessions.ts';
import { bearerToken } from './bearer-token.ts';
import { RequestError } from './problems.ts';

/**
 * On every answer. Only our own scripts, styles and connections; pictures also as data: URLs, as the
 * dashboard's build inlines small icons. Nobody may frame us. @see OWASP ASVS 5.0, 3.4
 */
export const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Sets the security headers and refuses what another site sends in a visitor's name. */
export function secure(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(securityHeaders);
  if (request.url.startsWith('/api/') || request.url === '/metrics')
    reply.header('cache-control', 'no-store');
  // No browser sends a bearer's token by itself, and who shows one is not looked at for a cookie.
  const isBearer = bearerToken(request) !== '';
  if (request.method !== 'GET' && request.method !== 'HEAD' && !isBearer) refuseOtherSites(request);
}

/**
 * Browsers say where a request comes from, in Origin and Sec-Fetch-Site; what says neither is no browser and
 * carries no visitor's cookie. A page on another port of this host is another site too.
 */
function refuseOtherSites(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
  const { origin, host } = request.headers;
  if (isOwnSite && (origin === undefined || hostOf(origin) === host?.toLowerCase())) return;
  throw new RequestError('wrong-origin', 'Use the dashboard under the address that Hearth was opened with.');
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) && /^https?:/.test(origin) ? new URL(origin).host : null;
}

/** Attributes of the session cookie. `Secure` when the page was opened over https, as its Origin says. */
export function cookieOptions(request: FastifyRequest): CookieSerializeOptions {
  return {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: request.protocol === 'https' || request.headers.origin?.startsWith('https:') === true,
    maxAge: sessionMaxMs / 1000,
  };
}
