import { DatabaseError } from 'pg';
import { ServerRefusal } from '../errors.ts';

/**
 * SQLSTATEs for which the server, its administrator or the network is to blame, not our SQL: connections,
 * transaction states of a standby, authorization, no such database, rollbacks, rights, resources, locks, interventions, the
 * system, configuration, and damage. (PostgreSQL, appendix A.)
 */
const outsideStates = /^(08|25006|28|3D|40|42501|53|55|57|58|F0|XX)/;

/** What has to be done again: a serialization failure or a deadlock, of which one side is rolled back. */
const againStates = new Set(['40001', '40P01']);

/** Turns what the server or the network refused into a {@link ServerRefusal}; a bug of ours stays what it is. */
export function asRefusal(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof DatabaseError) {
    const code = error.code ?? 'XX000';
    return outsideStates.test(code)
      ? new ServerRefusal({ code, message: error.message }, { cause: error })
      : error;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  // Several addresses of a host, none of which answers: Node says so without words.
  const said = error instanceof AggregateError ? ((error.errors[0] as Error)?.message ?? message) : message;
  return new ServerRefusal({ code: code ?? 'connection', message: said }, { cause: error });
}

/** Whether doing the same again may go well at once. */
export function isToBeDoneAgain(error: unknown): boolean {
  return error instanceof ServerRefusal && againStates.has(error.code);
}

/** Whether a connection can still be used after an error: the server itself refused, or the error is ours. */
export function isConnectionWhole(error: unknown): boolean {
  return !(error instanceof ServerRefusal) || error.cause instanceof DatabaseError;
}
