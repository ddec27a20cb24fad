#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runCommandLine } from '@hearth/part';
import { checks } from '../checks.ts';
import { verifyCertificate } from '../report/certificate.ts';
import { checkDevice } from './check-device.ts';
import { parseCommandLine, usage } from './command-line.ts';
import { tellLine } from './lines.ts';

/** What was typed is meant from where its user is; a script of npm runs in the folder of Hearth. */
const cwd = process.env['INIT_CWD'] ?? process.cwd();

const print = (text: string): void => void process.stdout.write(text);

function verify(file: string, isJson: boolean): number {
  const verification = verifyCertificate(readFileSync(resolve(cwd, file), 'utf8'));
  if (isJson) print(`${JSON.stringify(verification)}\n`);
  else if (!verification.isWhole) print(`Not whole: ${verification.why}.\n`);
  else {
    const { device, summary, testedAt, isQuick } = verification.certificate;
    print(
      `Whole. ${device.maker} ${device.model} (${device.id}), firmware ${device.firmware}: ${summary.outcome}${isQuick ? ', with shortened times' : ''}, ${new Date(testedAt).toISOString()}.\nSigned by ${verification.name || 'nobody named'}, key ${verification.fingerprint}.\n`,
    );
  }
  return verification.isWhole ? 0 : 1;
}

const list = (isJson: boolean): void =>
  print(
    isJson
      ? `${JSON.stringify(checks.map(({ id, level, clause, says, mend }) => ({ id, level, clause, says, mend })))}\n`
      : checks.map(({ id, level, says }) => `${level.padEnd(6)} ${id.padEnd(24)} ${says}\n`).join(''),
  );

const isLines = process.argv.includes('--jsonl');

// Whoever leaves takes the device along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
await runCommandLine(
  {
    name: 'hearth-kit',
    usage,
    exitCodeOf: ({ name, code = '' }) => (name === 'KeyFileError' || /^E[A-Z]+$/.test(code) ? 1 : null),
    tellError: isLines
      ? ({ message, code }) =>
          tellLine({ line: 'error', error: message, ...(code !== undefined && { code }) })
      : undefined,
  },
  async (argv, isJson) => {
    const command = parseCommandLine(argv);
    if (command.verb === 'check')
      return checkDevice(command, { cwd, form: isLines ? 'lines' : isJson ? 'json' : 'text' });
    if (command.verb === 'verify') return verify(command.file, isJson);
    if (command.verb === 'list') list(isJson);
    else print(usage);
    return 0;
  },
);
