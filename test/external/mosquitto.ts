import { execFileSync } from 'node:child_process';
import { appendFileSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled, skipReason, start, type Program } from '../interop/programs.ts';
import { freePort, listens } from '../ports.ts';

/** The api's password at it. */
const apiPassword = 'the api at mosquitto';

const program = '/usr/sbin/mosquitto';
/** Debian keeps libraries in a folder named after the processor. */
const plugin = globSync('/usr/lib/*/mosquitto_dynamic_security.so')[0] ?? '';

/** Whether these tests can run here. */
export const { isSkipped, note } = skipReason(
  isInstalled(program) ? null : 'mosquitto is not installed',
  isInstalled('openssl') ? null : 'openssl is not installed',
);

/** A real Mosquitto on a port of its own, without a memory of its own: killed, it has forgotten all. */
export interface Mosquitto extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The authority of its certificate, as file. */
  readonly caFile: string;
  readonly folder: string;
  /** What the api's environment says of it. */
  readonly env: Record<string, string>;
  output(): string;
  kill(): Promise<void>;
  /** The same broker on the same port, after `kill`. */
  restart(): Promise<void>;
  /** Does what the api says is to be done by hand, and has it read its files again. */
  addByHand(id: string, secret: string, aclLines: readonly string[]): void;
}

/** `access`: with the dynamic security plugin, or with a password file and an acl_file. */
export async function startMosquitto(options: {
  access: 'mosquitto' | 'by-hand';
  isTls?: boolean;
}): Promise<Mosquitto> {
  const { access, isTls = false } = options;
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'hearth-mosquitto-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string): string => join(folder, name);
  const port = await freePort();
  const settings = file('dynamic-security.json');
  makeCertificates(folder);
  writeFileSync(
    file('mosquitto.conf'),
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous false',
      'max_queued_messages 100000',
      'user root',
      ...(isTls ? [`certfile ${file('server.crt')}`, `keyfile ${file('server.key')}`] : []),
      ...(access === 'mosquitto'
        ? [`plugin ${plugin}`, `plugin_opt_config_file ${settings}`]
        : [`password_file ${file('passwd')}`, `acl_file ${file('acl')}`]),
      '',
    ].join('\n'),
  );
  if (access === 'mosquitto')
    execFileSync('mosquitto_ctrl', ['dynsec', 'init', settings, 'hearth-api', apiPassword]);
  else makePasswordFile(file('passwd'), file('acl'));

  let running: Program = start(program, ['-c', file('mosquitto.conf')]);
  parts.defer(() => running.kill('SIGKILL'));
  await listens(port, running);
  if (access === 'mosquitto') allowApi(port, isTls ? file('ca.crt') : null);
  const all = parts.move();
  return {
    url: `${isTls ? 'mqtts' : 'mqtt'}://127.0.0.1:${port}`,
    port,
    caFile: file('ca.crt'),
    folder,
    env: {
      HEARTH_BROKER_USER: 'hearth-api',
      HEARTH_BROKER_PASSWORD: apiPassword,
      ...(isTls && { HEARTH_BROKER_CA_FILE: file('ca.crt') }),
    },
    output: () => running.output(),
    kill: () => running.kill('SIGKILL'),
    async restart() {
      running = start(program, ['-c', file('mosquitto.conf')]);
      await listens(port, running);
    },
    addByHand(id, secret, aclLines) {
      execFileSync('mosquitto_passwd', ['-b', file('passwd'), id, secret]);
      appendFileSync(file('acl'), `\n${aclLines.join('\n')}\n`);
      // It reads its files again, and does not end.
      void running.kill('SIGHUP');
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** As docs/external-broker.md tells a homeowner. */
function allowApi(port: number, caFile: string | null): void {
  const at = ['-h', '127.0.0.1', '-p', String(port), ...(caFile === null ? [] : ['--cafile', caFile])];
  const who = ['-u', 'hearth-api', '-P', apiPassword];
  const rule = ['addRoleACL', 'admin', 'publishClientSend', 'hearth/#', 'allow'];
  execFileSync('mosquitto_ctrl', [...at, ...who, 'dynsec', ...rule], { stdio: 'ignore' });
}

function makePasswordFile(passwords: string, acl: string): void {
  execFileSync('mosquitto_passwd', ['-c', '-b', passwords, 'hearth-api', apiPassword]);
  writeFileSync(acl, ['user hearth-api', 'topic readwrite hearth/#', 'topic read rtl_433/#'].join('\n'));
}

/** An authority, and a certificate of it for this machine; another authority that signed nothing. */
function makeCertificates(folder: string): void {
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  for (const name of ['ca', 'other'])
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    );
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1');
  writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  const signing = '-req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names';
  openssl('x509', ...signing.split(' '), '-out', 'server.crt');
}
