import { isAudited, type RouteName } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/accounts.ts';

/** Writes down what a request did, or that somebody was refused who said to be somebody. */
export type NoteDeed = (
  request: FastifyRequest,
  route: RouteName,
  end: { answer: unknown } | { error: unknown },
) => void;

/** What is said of a body: these fields hold no secret on any route. */
const tellingFields = ['name', 'role', 'setpoint', 'scopes', 'days'] as const;
const wrong = new Set(['wrong-credentials', 'wrong-second-code', 'wrong-passkey']);

/** What cannot be written down does not undo what was done; the log has it. */
export function createDeeds({ audit, people }: Pick<Accounts, 'audit' | 'people'>, log: Log): NoteDeed {
  return (request, route, end) => {
    const isDone = 'answer' in end;
    if (!isAudited(route)) return;
    if (!isDone && !wrong.has(String((end.error as { code?: unknown }).code))) return;
    const { person } = request;
    const body = { ...(request.body as Record<string, unknown> | null | undefined) };
    const came = isDone ? (end.answer as { user?: { name?: string } } | null)?.user?.name : undefined;
    // What nobody is called may be a password in the wrong field.
    const typed = typeof body['name'] === 'string' ? body['name'].trim() : '';
    const said = people.isTaken(typed) ? typed : null;
    try {
      audit.note({
        who: person?.name ?? came ?? said,
        by: person?.token ? 'token' : person?.id === 'command-line' ? 'command-line' : 'session',
        token: person?.token?.name ?? null,
        address: request.ip,
        route,
        about: person ? aboutOf(request, body) : null,
        isDone,
      });
    } catch (error) {
      log.error({ err: error, route, who: person?.name }, 'a deed could not be written down');
    }
  };
}

/** What the handler called it, or its id; and what was wanted of it. */
function aboutOf({ about, params }: FastifyRequest, body: Record<string, unknown>): string | null {
  const { id, kind } = params as { id?: string; kind?: string };
  const subject = about ?? id ?? kind;
  const wishes = tellingFields
    .filter((field) => ['string', 'number'].includes(typeof body[field]) || Array.isArray(body[field]))
    .map((field) => (field === 'name' || field === 'role' ? '' : `${field} `) + String(body[field]));
  return [subject, ...wishes].filter((part) => part !== undefined && part !== '').join(', ') || null;
}
