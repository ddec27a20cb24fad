import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import packageJson from '../../package.json' with { type: 'json' };
import type { Ask, Handling } from '../hand.ts';
import { runKit, type Access, type KitOptions } from '../kit.ts';
import { issueCertificate, type Certificate } from '../report/certificate.ts';
import { certificatePage } from '../report/page.ts';
import { openSigningKey } from '../report/signing-key.ts';
import { summarise } from '../report/summary.ts';
import { reportText, resultLine } from '../report/table.ts';
import type { Command, HandOption } from './command-line.ts';
import { lineHearing, openInput, tellEnd } from './lines.ts';

const print = (text: string): void => void process.stdout.write(text);
/** For people beside the output. */
const tell = (text: string): void => void process.stderr.write(text);

/** Checks a device and tells what came of it; the exit code. @throws with the system's code, or {KeyFileError} */
export async function checkDevice(
  command: Extract<Command, { verb: 'check' }>,
  { cwd, form }: { cwd: string; form: 'text' | 'json' | 'lines' },
): Promise<number> {
  const { out, keyFile, signer, hand, verb: _, ...options } = command;
  // A key that cannot be used is told before an hour of checks, not after.
  const key = out === undefined ? null : openSigningKey(resolve(cwd, keyFile));
  using input = form === 'lines' ? openInput() : null;
  const handling = hand && handlingOf(hand, input?.ask ?? askAtTerminal);
  const report = await runKit({
    ...options,
    ...(handling && { hand: handling }),
    ...(input ? lineHearing : textHearing(options.run === undefined, form === 'json')),
    cwd,
  });
  const { about, results, output } = report;
  const summary = summarise(results);
  const kit = `hearth-kit ${packageJson.version}`;
  const certificate = key && issueCertificate(report, kit, { name: signer, key });
  if (out !== undefined && certificate) writeCertificate(resolve(cwd, out), certificate);
  if (input) tellEnd(report);
  else if (form === 'json')
    print(`${JSON.stringify(certificate ?? { kit, device: options.device, about, summary, results })}\n`);
  else print(`\n${reportText(results, summary)}`);
  if (summary.passed === 0 && output !== '') tell(`The device said:\n${output}\n`);
  return summary.outcome === 'failed' || summary.passed === 0 ? 1 : 0;
}

const handlingOf = (hand: HandOption, ask: Ask): Handling => (hand === 'ask' ? { ask } : hand);

/** What a person at a terminal is told as it happens. */
const textHearing = (isPointed: boolean, isQuiet: boolean): Partial<KitOptions> => ({
  onOpen: (access) => void (isPointed && tell(invitation(access))),
  onResult: (result, { done, of }) =>
    tell(isQuiet ? '' : `${String(done).padStart(3)}/${of} ${resultLine(result)}\n`),
});

const askAtTerminal: Ask = async (_, words) => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`\n  Please ${words}, then press Enter (n: cannot be done) `);
  terminal.close();
  return !answer.trim().toLowerCase().startsWith('n');
};

function writeCertificate(folder: string, certificate: Certificate): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(resolve(folder, 'certificate.json'), `${JSON.stringify(certificate, null, 2)}\n`);
  writeFileSync(resolve(folder, 'certificate.html'), certificatePage(certificate));
  tell(`certificate.json and certificate.html are in ${folder}\n`);
}

function invitation({ DEVICE, SECRET, HOME_ID, BROKER, PORT, CA_FILE }: Access): string {
  return `Point the device at ${CA_FILE === undefined ? 'mqtt' : 'mqtts'}://${BROKER}:${PORT}
  client id and user name  ${DEVICE}
  password                 ${SECRET}
  topics                   hearth/v1/${HOME_ID}/${DEVICE}/…
${CA_FILE === undefined ? '' : `  authority                ${CA_FILE}\n`}Waiting for its first reading, for 10 minutes …\n`;
}
