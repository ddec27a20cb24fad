import { pino, type Logger } from 'pino';

export type Log = Logger;

/** Structured logs of one part, one JSON object a line on standard output. */
export function createLog(part: string, level: string): Log {
  return pino({ name: part, level, base: { part }, timestamp: pino.stdTimeFunctions.isoTime });
}
