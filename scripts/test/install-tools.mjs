import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../start/quiet.mjs';
import { node24, root } from '../start/workspace.mjs';
import { installPackages } from './apt.mjs';

/** Where Debian's package puts the Chromium that playwright.config.ts prefers. */
const debianChromium = '/usr/bin/chromium-headless-shell';

/** Debian's packages, and the file by which each is known to be there. */
const packages = {
  age: '/usr/bin/age',
  bubblewrap: '/usr/bin/bwrap',
  'chromium-headless-shell': debianChromium,
  'mosquitto-clients': '/usr/bin/mosquitto_sub',
  'g++': '/usr/bin/g++',
  'libcjson-dev': '/usr/include/cjson/cJSON.h',
  'libmosquitto-dev': '/usr/include/mosquitto.h',
  mosquitto: '/usr/sbin/mosquitto',
  openssl: '/usr/bin/openssl',
  postgresql: '/usr/bin/pg_ctlcluster',
  'rtl-433': '/usr/bin/rtl_433',
  'python3-cryptography': '/usr/lib/python3/dist-packages/cryptography/__init__.py',
  'python3-paho-mqtt': '/usr/lib/python3/dist-packages/paho/mqtt/client.py',
  'python3-seccomp': '/usr/share/doc/python3-seccomp/copyright',
  strace: '/usr/bin/strace',
  systemd: '/usr/bin/systemd-analyze',
};

/**
 * Brings what the tests need beyond the lockfile: from Debian where apt-get is there and may be used, the
 * browser from Playwright elsewhere. What cannot be had is named; the tests that need it then fail.
 * @returns {Promise<void>}
 * @throws {import('../start/workspace.mjs').StartFailure} with the output of what failed
 */
export async function installTools() {
  await installPackages(missingPackages());
  if (!existsSync(debianChromium)) {
    const cli = join(root, 'node_modules/@playwright/test/cli.js');
    await runQuietly(node24(), [cli, 'install', 'chromium-headless-shell'], {
      what: 'installing Playwright’s browser',
    });
  }
  const lacking = missingPackages().filter((name) => name !== 'chromium-headless-shell');
  if (lacking.length > 0)
    process.stdout.write(
      `Not on this machine: ${lacking.join(', ')}. Install them for the tests that need them.\n`,
    );
}

function missingPackages() {
  return Object.entries(packages).flatMap(([name, file]) => (existsSync(file) ? [] : [name]));
}
