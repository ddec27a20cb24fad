import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuseConnection } from './problems.ts';

/** How long a body may take. */
export interface BodyLimits {
  /** From the headers of a request to the last byte of its body. */
  requestTimeoutMs: number;
  /** Between two bytes of a file, either way: it may be large, and the line slow. */
  fileStallMs: number;
}

/**
 * Cuts requests whose body is dribbled. Node has a time for all requests alike, so that a large file could not be taken
 * while others are held to seconds; here each route has its own.
 */
export function holdToTime(app: FastifyInstance, { requestTimeoutMs, fileStallMs }: BodyLimits): void {
  app.addHook('onRequest', async (request) => {
    const { raw } = request;
    if (!hasBody(request)) return;
    if (request.routeOptions.config.takesFile) {
      // Without a listener Node ends the connection.
      raw.setTimeout(fileStallMs);
      return;
    }
    const tooSlow = Object.assign(new Error('the body took too long'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    const timer = setTimeout(() => refuseConnection(tooSlow, raw.socket), requestTimeoutMs);
    raw.once('close', () => clearTimeout(timer));
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
