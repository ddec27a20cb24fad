#!/usr/bin/env node
import { runCommandLine } from '@hearth/part';
import { parseCommandLine, usage } from './command-line.ts';
import { run } from './run.ts';
import { tape } from './tape.ts';

/** Exit codes of what a person can mend: 1 nobody is let in, or nothing is recorded, 2 the file cannot be understood. */
const exitCodes: Record<string, number> = {
  SimulationFileError: 2,
  FaultError: 2,
  ENOENT: 2,
  EACCES: 2,
  EnrolError: 1,
  RecordingError: 1,
};

await runCommandLine(
  {
    name: 'hearth-sim',
    usage,
    exitCodeOf: ({ name, code = '' }) => exitCodes[name] ?? exitCodes[code] ?? null,
  },
  async (argv) => {
    const command = parseCommandLine(argv);
    if (command.verb === 'run') return run(command);
    if (command.verb !== 'help') return tape(command);
    process.stdout.write(usage);
    return 0;
  },
);
