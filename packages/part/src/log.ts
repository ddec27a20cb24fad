import { pino, type Logger } from 'pino';

export type Log = Logger;

/** Structured logs of one part, one JSON object a line on standard output. Errors go under `err` or `error`. */
export function createLog(part: string, level: string): Log {
  return pino({
    name: part,
    level,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    // Without a serializer an Error is logged as {}; pino knows only the name `err` by itself.
    serializers: { error: pino.stdSerializers.err },
  });
}
