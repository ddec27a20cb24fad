#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig, runCommandLine } from '@hearth/part';
import { Type } from 'typebox';
import { config } from '../config.ts';
import { openAsker } from './ask-broker.ts';
import { parseCommandLine, usage } from './command-line.ts';
import { runCommand } from './run-command.ts';

const expected = new Set(['StartError', 'ConfigError', 'RefusedError', 'BrokerSilentError']);

await runCommandLine(
  { name: 'hearth-broker', usage, exitCodeOf: ({ name }) => (expected.has(name) ? 1 : null) },
  async (argv, isJson) => {
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
  },
);
