import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problems, type Problem, type ProblemCode } from '@hearth/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { InvalidRequestError } from './validation.ts';

/** A request that the HTTP side itself turns away. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: ProblemCode;
  constructor(code: ProblemCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Content type of every error body. @see RFC 9457 */
const problemType = 'application/problem+json; charset=utf-8';

/** What helps the caller of a 5xx; what really happened goes to the log only. */
const serverDetails: { [C in ProblemCode]?: string } = {
  internal: 'This is a fault of Hearth, not of the request. The log has it under this instance.',
  'broker-away': 'Hearth keeps trying to connect by itself. Try again in a few seconds.',
  'no-room':
    'An upload leaves some of the disk free. Make room on the disk of the data folder, or change HEARTH_IMPORT_FREE_MB.',
  'store-full': 'Make room on the disk of the data folder; Hearth then goes on by itself.',
  'store-read-only':
    'Give Hearth the right to write to the data folder and its files. A disk that became read-only may be failing.',
  'store-failed':
    'Look at the disk of the data folder, and whether another program holds its files. The log has what the system said under this instance.',
};

/** What SQLite or the system says of the disk, by code or the beginning of one. @see sqlite.org/rescode.html */
const diskRefusals: [said: RegExp, code: ProblemCode][] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)$/, 'store-full'],
  [/^(SQLITE_(READONLY|PERM)(_|$)|(EROFS|EACCES|EPERM)$)/, 'store-read-only'],
  [/^(SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN|BUSY|LOCKED)(_|$)|EIO$)/, 'store-failed'],
];

/** Anything thrown while a request was handled, as the code that the contract has for it. */
function codeOf(error: unknown): ProblemCode {
  const { code, statusCode, name } = error as { code?: unknown; statusCode?: unknown; name?: unknown };
  if (typeof code === 'string' && Object.hasOwn(problems, code)) return code as ProblemCode;
  const refusal = diskRefusals.find(([said]) => typeof code === 'string' && said.test(code));
  // An error with a status is of the request: a file of the dashboard that may not be read, say.
  if (refusal && statusCode === undefined) return refusal[1];
  if (name === 'StoreWriteError' || name === 'StoreReadError') return 'store-failed';
  if (statusCode === 413) return 'too-large';
  if (statusCode === 415) return 'unsupported-media-type';
  if (statusCode === 404) return 'not-found';
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? 'bad-request' : 'internal';
}

/** The body of the answer for an error. `instance` names this one occurrence, in the log too. */
function problemOf(error: unknown, instance: string): Problem {
  const code = codeOf(error);
  const { status, title } = problems[code];
  const problem: Problem = { type: `/problems/${code}`, title, status, instance };
  if (status >= 500) return { ...problem, detail: serverDetails[code] ?? '' };
  const { message, retryAfterS, field } = error as Error & { retryAfterS?: number; field?: string };
  if (message) problem.detail = message;
  if (retryAfterS !== undefined) problem.retryAfterS = retryAfterS;
  if (error instanceof InvalidRequestError) problem.errors = [...error.errors];
  else if (field !== undefined) problem.errors = [{ pointer: `#/${field}`, detail: message }];
  return problem;
}

/** Answers a request with the problem that an error is. Every HTTP error of the api goes through here. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, `urn:uuid:${request.id}`);
  if (problem.status >= 500)
    request.log.error({ err: error, method: request.method, route: request.routeOptions.url }, problem.title);
  if (problem.retryAfterS !== undefined) reply.header('retry-after', problem.retryAfterS);
  if (problem.status === 503) reply.header('retry-after', 5);
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type(problemType)
    .send(JSON.stringify(problem));
}

const socketStatus: Record<string, number> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** Answers what never became a request: too slow, too long or not HTTP at all. Then the connection ends. */
export function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const status = socketStatus[error.code ?? ''] ?? 400;
  const title = STATUS_CODES[status]!;
  // `about:blank`: the problem is what its status says. @see RFC 9457 section 4.2.1
  const body = JSON.stringify({ type: 'about:blank', title, status } satisfies Problem);
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: ${problemType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`,
  );
}
