#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readConfig, runCommandLine } from '@hearth/part';
import { Type } from 'typebox';
import { backupFolder, config, storePlace, type Config } from '../config.ts';
import { listAll, makeOne, tellKey } from './backup.ts';
import { parseCommandLine, usage, type Command } from './command-line.ts';
import { exportReadings } from './export.ts';
import { importReadings } from './import.ts';
import type { Outcome, Workplace } from './outcome.ts';
import { recover } from './recover.ts';
import { restore } from './restore.ts';
import { verify } from './verify.ts';

/** What the command line reads of the environment: a wrong port is none of its business. */
const settings = Type.Pick(config, ['HEARTH_DATA_DIR', 'HEARTH_STORE_URL', 'HEARTH_BACKUP_DIR']);

function workplace(isJson: boolean): Workplace {
  // As `npm start` does: variables of `.env` count where the environment does not set them.
  if (existsSync('.env')) process.loadEnvFile('.env');
  const env = readConfig(settings, process.env) as Config;
  const here = { ...env, HEARTH_DATA_DIR: resolve(env.HEARTH_DATA_DIR) };
  const readings = storePlace(here);
  return {
    dataDir: here.HEARTH_DATA_DIR,
    readingsPath: 'path' in readings ? readings.path : null,
    readingsUrl: 'url' in readings ? readings.url : null,
    target: backupFolder(here).target,
    // This is run in the folder of Hearth, wherever its user is.
    from: process.env['INIT_CWD'] ?? process.cwd(),
    tell: (what) => void (isJson || process.stderr.write(`${what} …\n`)),
  };
}

function run(command: Command, place: Workplace): Promise<Outcome> {
  if (command.verb === 'backup') return makeOne(place);
  if (command.verb === 'backups') return listAll(place);
  if (command.verb === 'key') return tellKey(place, command.isNew);
  if (command.verb === 'restore') return restore(command, place);
  if (command.verb === 'export') return exportReadings(command, place);
  if (command.verb === 'import') return importReadings(command, place);
  if (command.verb === 'recover') return recover(command.person, place);
  return verify(command, place);
}

const expected = new Set(['ConfigError', 'ApiError', 'BackupError', 'FaultyBackupError', 'RecoverError']);

// What is made here is for its owner alone.
process.umask(0o077);
await runCommandLine(
  { name: 'hearth', usage, exitCodeOf: ({ name }) => (expected.has(name) ? 1 : null) },
  async (argv, isJson) => {
    const command = parseCommandLine(argv);
    if (command === 'help') {
      process.stdout.write(usage);
      return 0;
    }
    const { text, json, isGood } = await run(command, workplace(isJson));
    process.stdout.write(isJson ? `${JSON.stringify(json)}\n` : text);
    return isGood ? 0 : 1;
  },
);
