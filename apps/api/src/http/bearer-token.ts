import type { FastifyRequest } from 'fastify';

/** What a program shows; empty for none. */
export function bearerToken(request: FastifyRequest): string {
  return /^Bearer ([\w-]+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
}
