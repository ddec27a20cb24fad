import type { TSchema } from 'typebox';
import type { ProblemCode } from './problems.ts';

/** Who may call: anybody, a signed-in person, the demo home with its token, or who has the metrics token. */
export type Access = 'public' | 'session' | 'enrolment' | 'metrics';

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  access: Access;
  summary: string;
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
  /** The body is a file of any type and size, as it is: the handler reads it from the request. */
  takesFile?: true;
  /** Status of success and its body; null for no body. */
  answer: readonly [status: 200 | 201 | 202 | 204, body: TSchema | null];
  problems?: readonly ProblemCode[];
}
