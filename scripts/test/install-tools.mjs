import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../start/quiet.mjs';
import { node24, root } from '../start/workspace.mjs';

/** Where Debian's package puts the Chromium that playwright.config.ts prefers. */
const debianChromium = '/usr/bin/chromium-headless-shell';

/** Debian's packages, and the file by which each is known to be there. */
const packages = {
  'chromium-headless-shell': debianChromium,
  'mosquitto-clients': '/usr/bin/mosquitto_sub',
  mosquitto: '/usr/sbin/mosquitto',
  openssl: '/usr/bin/openssl',
  'rtl-433': '/usr/bin/rtl_433',
  'python3-cryptography': '/usr/lib/python3/dist-packages/cryptography/__init__.py',
  'python3-paho-mqtt': '/usr/lib/python3/dist-packages/paho/mqtt/client.py',
  strace: '/usr/bin/strace',
};

/**
 * Run as root with the packages as arguments. A broker that Debian started as a service would take port 1883
 * from `npm start`: policy-rc.d keeps it from starting now, systemctl from starting with the machine.
 */
const aptScript = `set -e
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\\nexit 101\\n' > $policy
  chmod 755 $policy
  trap "rm -f $policy" EXIT
fi
apt-get update
for name in "$@"; do
  if [ -n "$(apt-cache madison "$name")" ]; then set -- "$@" "$name"; fi
  shift
done
apt-get install -y --no-install-recommends "$@"
case " $* " in *" mosquitto "*) systemctl disable mosquitto || true ;; esac`;

/**
 * Brings what the tests need beyond the lockfile: from Debian where apt-get is there and may be used, the
 * browser from Playwright elsewhere. What cannot be had is named; the tests that need it then fail.
 * @returns {Promise<void>}
 * @throws {import('../start/workspace.mjs').StartFailure} with the output of what failed
 */
export async function installTools() {
  const asRoot = wayToRoot();
  const missing = missingPackages();
  if (missing.length > 0 && asRoot !== null) {
    process.stdout.write(`Installing ${missing.join(', ')} with apt-get …\n`);
    const [program, ...args] = [...asRoot, 'sh', '-c', aptScript, 'apt', ...missing];
    await runQuietly(program ?? 'sh', args, { what: 'apt-get' });
  }
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

/** @returns {string[] | null} what to put before a command to run it as root; null where apt-get may not be used */
function wayToRoot() {
  /** @param {string[]} command */
  const works = ([program = '', ...args]) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  if (!works(['apt-get', '--version'])) return null;
  if (process.getuid?.() === 0) return [];
  return works(['sudo', '-n', 'true']) ? ['sudo', '-n'] : null;
}
