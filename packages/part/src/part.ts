export { readCommandLine, runCommandLine, UsageError } from './command-line.ts';
export { ConfigError, readConfig } from './config.ts';
export { makeFolder } from './folder.ts';
export { createLog, type Log } from './log.ts';
export { explainFile } from './refused-file.ts';
export { makeSecretFile, readSecretFile, SecretFileError } from './secret-file.ts';
export { runPart, StartError, type Part, type Running } from './run.ts';
export { openTracing, tracingVariables, type Step, type Tracing, type TracingPlace } from './tracing.ts';
export { strangeVariables } from './variables.ts';
