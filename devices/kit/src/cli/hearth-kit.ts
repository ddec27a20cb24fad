#!/usr/bin/env node
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { checks } from '../checks.ts';
import { runKit, type Access } from '../kit.ts';
import { issueCertificate, verifyCertificate } from '../report/certificate.ts';
import { certificatePage } from '../report/page.ts';
import { openSigningKey } from '../report/signing-key.ts';
import { summarise } from '../report/summary.ts';
import { reportText, resultLine } from '../report/table.ts';
import { parseCommandLine, usage, UsageError, type Command } from './command-line.ts';

/** What was typed is meant from where its user is; a script of npm runs in the folder of Hearth. */
const cwd = process.env['INIT_CWD'] ?? process.cwd();

const print = (text: string): void => void process.stdout.write(text);
/** For people beside the output. */
const tell = (text: string): void => void process.stderr.write(text);

async function check(command: Extract<Command, { verb: 'check' }>, isJson: boolean): Promise<number> {
  const { out, keyFile, signer, verb: _, ...options } = command;
  // A key that cannot be used is told before an hour of checks, not after.
  const key = out === undefined ? null : openSigningKey(resolve(cwd, keyFile));
  const report = await runKit({
    ...options,
    cwd,
    onOpen: (access) => void (options.run === undefined && tell(invitation(access))),
    onResult: (result, { done, of }) =>
      tell(isJson ? '' : `${String(done).padStart(3)}/${of} ${resultLine(result)}\n`),
  });
  const { about, results, output } = report;
  const summary = summarise(results);
  const kit = `hearth-kit ${packageJson.version}`;
  const certificate = key && issueCertificate(report, kit, { name: signer, key });
  if (out !== undefined && certificate) {
    const folder = resolve(cwd, out);
    mkdirSync(folder, { recursive: true });
    writeFileSync(resolve(folder, 'certificate.json'), `${JSON.stringify(certificate, null, 2)}\n`);
    writeFileSync(resolve(folder, 'certificate.html'), certificatePage(certificate));
    tell(`certificate.json and certificate.html are in ${folder}\n`);
  }
  if (isJson)
    print(`${JSON.stringify(certificate ?? { kit, device: options.device, about, summary, results })}\n`);
  else print(`\n${reportText(results, summary)}`);
  if (summary.passed === 0 && output !== '') tell(`The device said:\n${output}\n`);
  return summary.outcome === 'failed' || summary.passed === 0 ? 1 : 0;
}

function invitation({ DEVICE, SECRET, HOME_ID, BROKER, PORT, CA_FILE }: Access): string {
  return `Point the device at ${CA_FILE === undefined ? 'mqtt' : 'mqtts'}://${BROKER}:${PORT}
  client id and user name  ${DEVICE}
  password                 ${SECRET}
  topics                   hearth/v1/${HOME_ID}/${DEVICE}/…
${CA_FILE === undefined ? '' : `  authority                ${CA_FILE}\n`}Waiting for its first reading, for 10 minutes …\n`;
}

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

/** Exit codes: 0 good, 1 not, 2 the command line cannot be understood. */
async function main(argv: readonly string[]): Promise<number> {
  const isJson = argv.includes('--json');
  try {
    const command = parseCommandLine(argv);
    if (command.verb === 'check') return await check(command, isJson);
    if (command.verb === 'verify') return verify(command.file, isJson);
    if (command.verb === 'list') list(isJson);
    else print(usage);
    return 0;
  } catch (error) {
    const { message, name } = error as Error;
    const { code } = error as NodeJS.ErrnoException;
    const isExpected = ['UsageError', 'KeyFileError'].includes(name) || /^E[A-Z]+$/.test(code ?? '');
    if (!isExpected) throw error;
    tell(isJson ? `${JSON.stringify({ error: message })}\n` : `hearth-kit: ${message}\n`);
    if (error instanceof UsageError && !isJson) tell(`\n${usage}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

// Whoever leaves takes the device along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main(process.argv.slice(2));
