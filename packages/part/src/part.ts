export { ConfigError, readConfig } from './config.ts';
export { makeFolder } from './folder.ts';
export { createLog, type Log } from './log.ts';
export { runPart, StartError, type Part, type Running } from './run.ts';
export { strangeVariables } from './variables.ts';
