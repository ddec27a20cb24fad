#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '@hearth/part';
import { Type } from 'typebox';
import { config } from '../config.ts';
import { openAsker } from './ask-broker.ts';
import { parseCommandLine, usage, UsageError } from './command-line.ts';
import { runCommand } from './run-command.ts';

/** Exit codes: 0 done, 1 not done, 2 the command line cannot be understood. */
async function main(argv: readonly string[]): Promise<number> {
  const isJson = argv.includes('--json');
  try {
    const { command } = parseCommandLine(argv);
    if (command === 'help') {
      process.stdout.write(usage);
      return 0;
    }
    // As `npm start` does: variables of `.env` count where the environment does not set them.
    if (existsSync('.env')) process.loadEnvFile('.env');
    const { HEARTH_DATA_DIR } = readConfig(Type.Pick(config, ['HEARTH_DATA_DIR']), process.env);
    await using asker = await openAsker(join(HEARTH_DATA_DIR, 'broker'));
    const { text, json } = await runCommand(command, asker);
    process.stdout.write(isJson ? `${JSON.stringify(json)}\n` : text);
    return 0;
  } catch (error) {
    const { message, name } = error as Error;
    const isExpected = ['UsageError', 'StartError', 'ConfigError', 'RefusedError', 'BrokerSilentError'];
    if (!isExpected.includes(name)) throw error;
    process.stderr.write(isJson ? `${JSON.stringify({ error: message })}\n` : `hearth-broker: ${message}\n`);
    if (error instanceof UsageError && !isJson) process.stderr.write(`\n${usage}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
