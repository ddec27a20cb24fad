import type { Problem, ProblemCode } from '@hearth/contract';

/** A code that the api may answer with, or `unreachable` when no answer came. */
export type FailureCode = ProblemCode | 'unreachable';

/**
 * A request that did not do what it was for: the api's own words where it answered (RFC 9457), ours where it
 * could not be reached.
 */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  readonly code: FailureCode;
  readonly detail: string;
  /** By JSON pointer of the field, for forms. */
  readonly fields: Readonly<Record<string, string>>;
  readonly retryAfterS: number | null;

  constructor(code: FailureCode, title: string, problem: Partial<Problem> = {}, cause?: unknown) {
    super(title, { cause });
    this.code = code;
    this.detail = problem.detail ?? '';
    this.fields = Object.fromEntries((problem.errors ?? []).map(({ pointer, detail }) => [pointer, detail]));
    this.retryAfterS = problem.retryAfterS ?? null;
  }
}

/** The failure that an answer describes; a gateway in between may answer with anything. */
export async function failureOf(response: Response): Promise<RequestFailure> {
  if ([502, 504].includes(response.status)) return unreachable(undefined);
  const body: unknown = await response.json().catch(() => null);
  if (typeof body === 'object' && body !== null && 'type' in body && 'title' in body) {
    const problem = body as Problem;
    const code = problem.type.replace('/problems/', '') as ProblemCode;
    return new RequestFailure(code, problem.title, problem);
  }
  const code = response.status === 401 ? 'not-signed-in' : 'internal';
  return new RequestFailure(code, `The server answered ${response.status}`);
}

/** The failure of a request that got no answer. */
export function unreachable(cause: unknown): RequestFailure {
  return new RequestFailure('unreachable', 'Hearth can’t be reached', {}, cause);
}

/** What was wrong with one field, as a sentence; empty when nothing was. `name` is the field's in the body. */
export function fieldWords(error: unknown, name: string): string {
  const detail = error instanceof RequestFailure ? error.fields[`#/${name}`] : undefined;
  return detail === undefined ? '' : sentenceOf(name, detail);
}

/** The server's own sentences begin with a capital; what a schema says is the end of one. */
function sentenceOf(name: string, detail: string): string {
  if (/^\p{Lu}/u.test(detail)) return detail;
  const words = `${name.replace(/([A-Z])/gu, ' $1').toLowerCase()} ${detail}`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** What a browser says when its dialog for passkeys was left, took too long, or found none. */
const stopped = new Set(['NotAllowedError', 'AbortError', 'InvalidStateError']);

/** One or two sentences for the person, whatever was thrown. */
export function wordsFor(error: unknown): string {
  if (error instanceof Error && stopped.has(error.name))
    return 'No passkey was used. Try again, or leave it.';
  if (!(error instanceof RequestFailure)) return 'Something unexpected happened in this page. Reload it.';
  if (error.code === 'too-many')
    return `Too many attempts. Wait ${error.retryAfterS ?? 60} s, then try again.`;
  const pointers = Object.keys(error.fields);
  if (pointers.length > 0)
    return pointers
      .map((pointer) => sentenceOf(pointer.split('/').at(-1) ?? '', error.fields[pointer] ?? ''))
      .join(' ');
  const title = /[.!?]$/u.test(error.message) ? error.message : `${error.message}.`;
  return error.detail ? `${title} ${error.detail}` : title;
}
