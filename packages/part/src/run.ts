import { once } from 'node:events';
import type { Static, TObject } from 'typebox';
import { ConfigError, readConfig } from './config.ts';
import { createLog, type Log } from './log.ts';
import { strangeVariables } from './variables.ts';

/** A started part: where it can be reached, and how it is stopped. */
export interface Running extends AsyncDisposable {
  readonly address: Readonly<Record<string, string | number>>;
  /** Tells what keeps the part from its work until a person mends it, null for nothing: first, then when it changes. */
  onTrouble?(tell: (trouble: string | null) => void): void;
}

/** What `main.ts` of a part says of it. */
export interface Part<S extends TObject> {
  name: string;
  config: S;
  start(config: Static<S>, log: Log): Promise<Running>;
}

/** The start cannot succeed until a person changes something; the message says what. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code = 'start';
}

/** EX_CONFIG of sysexits.h: restarting will not help. */
const exitConfig = 78;

/** Readings tell when somebody is at home: what a part writes is for its own user alone. */
const ownUserOnly = 0o077;

/** What the system says of a place that this user may not write to. */
const unwritable = new Set([
  'EACCES',
  'EROFS',
  'EPERM',
  'ENOTDIR',
  'EEXIST',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
]);

/** What the system says when it refuses a start, in words that name the remedy. */
function explain(
  error: NodeJS.ErrnoException & { port?: number; address?: string; variable?: string },
): string | null {
  if (error instanceof ConfigError || error instanceof StartError) return error.message;
  if (error.code === 'EADDRINUSE')
    return `port ${error.port} is taken: stop the program that uses it, or ${error.variable ? `set ${error.variable} to another port` : 'choose another port'} (see .env.example)`;
  if (error.code === 'EADDRNOTAVAIL') return `the address ${error.address} is not one of this machine's`;
  if (error.code === 'EACCES' && error.port !== undefined)
    return `port ${error.port} needs privileges: choose one above 1023`;
  if (unwritable.has(error.code ?? '') || (error.code === 'ENOENT' && error.syscall === 'mkdir'))
    return `the data folder cannot be written (${error.message}): give this user the right to, or set HEARTH_DATA_DIR`;
  return null;
}

/** An argument: the supervisor started this process early, and tells the rest of its environment when it is known. */
const waitForEnv = '--wait-for-env';

/** What the supervisor tells; the process ends when it goes away before. */
async function restOfEnv(): Promise<NodeJS.ProcessEnv> {
  const leave = (): never => process.exit(0);
  // It may have gone while this process loaded.
  if (!process.connected) leave();
  process.once('disconnect', leave);
  const [told] = (await once(process, 'message')) as [{ env: NodeJS.ProcessEnv }];
  process.off('disconnect', leave);
  return told.env;
}

/**
 * Runs a part as this process: reads the configuration, warns of variables that no part knows, starts, tells
 * the supervisor (by IPC) and the log where it is, and stops in order on SIGTERM, SIGINT or when the
 * supervisor goes away. A start that cannot succeed prints one line and exits 78; a bug crashes with its
 * stack and the supervisor starts anew.
 */
export async function runPart<S extends TObject>(part: Part<S>): Promise<void> {
  let running: Running;
  let log: Log;
  process.umask(ownUserOnly);
  try {
    if (process.argv.includes(waitForEnv)) Object.assign(process.env, await restOfEnv());
    const config = readConfig(part.config, process.env);
    log = createLog(part.name, (config as { HEARTH_LOG_LEVEL?: string }).HEARTH_LOG_LEVEL ?? 'info');
    for (const line of strangeVariables(process.env)) log.warn(line);
    running = await part.start(config, log);
  } catch (error) {
    const line = explain(error as NodeJS.ErrnoException);
    if (line === null) throw error;
    process.stderr.write(`hearth ${part.name}: ${line}\n`);
    process.exit(exitConfig);
  }

  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    running[Symbol.asyncDispose]().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, 'could not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  log.info({ address: running.address }, 'ready');
  process.send?.({ ready: running.address });
  running.onTrouble?.((trouble) => process.connected && process.send?.({ trouble }));
}
