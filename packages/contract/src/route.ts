import type { TSchema } from 'typebox';
import type { ProblemCode } from './problems.ts';

/** Who may call: anybody, a signed-in person, the demo home with its token, who has the metrics token, the probe, or a reporter. */
export type Access = 'public' | 'session' | 'enrolment' | 'metrics' | 'probe' | 'reporter';

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
