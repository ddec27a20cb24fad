import { pino, type Logger, type LoggerOptions } from 'pino';

export type Log = Logger;

/** Structured logs of one part, one JSON object a line on standard output. Errors go under `err` or `error`. */
export function createLog(part: string, level: string): Log {
  const options: LoggerOptions = {
    name: part,
    level,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    // Without a serializer an Error is logged as {}; pino knows only the name `err` by itself.
    serializers: { error: pino.stdSerializers.err },
  };
  // At an exit, what is written asynchronously is overtaken by what is flushed, and the last lines change places.
  return pino(options, pino.destination({ dest: 1, sync: true }));
}
