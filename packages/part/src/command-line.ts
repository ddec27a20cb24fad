import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The command line cannot be understood; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** Options and words of a command line, as Node's `parseArgs` gives them. @throws {UsageError} */
export function readCommandLine<Options extends NonNullable<ParseArgsConfig['options']>>(
  argv: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** What a command of the terminal is called, how it is used, and what of its errors a person can mend. */
export interface CommandFacts {
  name: string;
  usage: string;
  /** The exit code of an error that a person can mend; null for a bug, which is shown whole. */
  exitCodeOf: (error: NodeJS.ErrnoException) => number | null;
  /** Tells such an error otherwise; by default one line, or with `--json` `{ error }`, on standard error. */
  tellError?: ((error: NodeJS.ErrnoException) => void) | undefined;
}

/**
 * Runs a command of the terminal, whose exit code is what it resolves to. What a person can mend is told; exit code 2 says
 * that the command line cannot be understood.
 */
export async function runCommandLine(
  { name, usage, exitCodeOf, tellError }: CommandFacts,
  run: (argv: readonly string[], isJson: boolean) => Promise<number> | number,
): Promise<void> {
  const argv = process.argv.slice(2);
  const isJson = argv.includes('--json');
  try {
    process.exitCode = await run(argv, isJson);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const exitCode = isUsage ? 2 : exitCodeOf(error as NodeJS.ErrnoException);
    if (exitCode === null) throw error;
    process.exitCode = exitCode;
    if (tellError) return tellError(error as Error);
    const { message } = error as Error;
    process.stderr.write(isJson ? `${JSON.stringify({ error: message })}\n` : `${name}: ${message}\n`);
    if (isUsage && !isJson) process.stderr.write(`\n${usage}`);
  }
}
