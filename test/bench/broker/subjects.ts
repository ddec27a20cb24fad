import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../ports.ts';
import { startPart } from '../../processes.ts';
import { openLink, type Place } from './link.ts';

/** A broker that is measured, in a process of its own. Everybody needs a user name and a password at it. */
export interface Subject extends AsyncDisposable {
  readonly pid: number;
  readonly place: Place;
}

/** Devices and gateways have a rate limit; the api's own credential has none, and is checked like theirs. */
const username = 'hearth-api';

/** Our broker as `npm start` runs it, but for its ports and what `env` says. */
export async function startHearth(
  nodeArgs: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Subject> {
  await using open = new AsyncDisposableStack();
  const folder = temporaryFolder(open);
  const part = open.use(await startPart('broker', { HEARTH_DATA_DIR: folder, ...env }, nodeArgs));
  const password = readFileSync(join(folder, 'broker', 'service-secret'), 'utf8').trim();
  const parts = open.move();
  return {
    pid: part.child.pid!,
    place: { port: Number(new URL(part.address['mqttUrl']!).port), username, password },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/**
 * `shipped`: what Debian's mosquitto.conf says. `noDelay`: its small packets do not wait for each other in TCP, as ours
 * do not. `everyChange`: its database is written at each change.
 */
const settings = {
  shipped: ['persistence true'],
  noDelay: ['persistence true', 'set_tcp_nodelay true'],
  everyChange: ['persistence true', 'autosave_interval 1', 'autosave_on_changes true'],
} as const;

/** Debian's Mosquitto. Its queues have no bound here: by default it drops what a measured subscriber should get. */
export async function startMosquitto(kind: keyof typeof settings): Promise<Subject> {
  await using open = new AsyncDisposableStack();
  const folder = temporaryFolder(open);
  const password = 'measured at mosquitto';
  const port = await freePort();
  execFileSync('mosquitto_passwd', ['-c', '-b', join(folder, 'passwd'), username, password]);
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous false',
    `password_file ${join(folder, 'passwd')}`,
    'user root',
    'max_queued_messages 0',
    `persistence_location ${folder}/`,
    ...settings[kind],
  ];
  writeFileSync(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  const child = spawn('/usr/sbin/mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  open.defer(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  const place = { port, username, password };
  await isListening(place);
  const parts = open.move();
  return { pid: child.pid!, place, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

function temporaryFolder(open: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-broker-'));
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @throws when nobody is let in within ten seconds. */
async function isListening(place: Place): Promise<void> {
  for (const giveUpAt = Date.now() + 10_000; ;) {
    try {
      const link = await openLink(place, `${username}-first`);
      await link.end();
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await pause(20);
    }
  }
}
