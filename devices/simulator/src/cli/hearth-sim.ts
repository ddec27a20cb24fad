#!/usr/bin/env node
import { parseCommandLine, usage, UsageError } from './command-line.ts';
import { run } from './run.ts';
import { tape } from './tape.ts';

/** What a person can mend; anything else is a bug and is shown whole. */
const expected = new Set(['UsageError', 'SimulationFileError', 'FaultError', 'EnrolError', 'RecordingError']);

/** Exit codes: 0 nothing lost, 1 something lost or nobody let in, 2 command line or file cannot be understood. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const command = parseCommandLine(argv);
    if (command.verb === 'run') return await run(command);
    if (command.verb !== 'help') return await tape(command);
    process.stdout.write(usage);
    return 0;
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    if (!expected.has(name) && code !== 'ENOENT' && code !== 'EACCES') throw error;
    process.stderr.write(`hearth-sim: ${message}\n`);
    if (error instanceof UsageError) process.stderr.write(`\n${usage}`);
    return name === 'EnrolError' || name === 'RecordingError' ? 1 : 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
