import { spawnSync } from 'node:child_process';
import { runQuietly } from '../start/quiet.mjs';

/**
 * Run as root with the packages as arguments. A server that Debian started as a service would take its port
 * (Mosquitto 1883, from `npm start`): policy-rc.d keeps it from starting now, systemctl from starting with the machine.
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
for name in "$@"; do systemctl disable "$name" || true; done`;

/**
 * Installs Debian's packages where apt-get is there and may be used, and does nothing elsewhere. Those that Debian
 * does not have are left out.
 * @param {readonly string[]} packages
 * @returns {Promise<void>}
 * @throws {import('../start/workspace.mjs').StartFailure} with the output of what failed
 */
export async function installPackages(packages) {
  const asRoot = packages.length > 0 ? wayToRoot() : null;
  if (asRoot === null) return;
  process.stderr.write(`Installing ${packages.join(', ')} with apt-get …\n`);
  const [program, ...args] = [...asRoot, 'sh', '-c', aptScript, 'apt', ...packages];
  await runQuietly(program ?? 'sh', args, { what: 'apt-get' });
}

/** @returns {string[] | null} what to put before a command to run it as root; null where apt-get may not be used */
function wayToRoot() {
  /** @param {string[]} command */
  const works = ([program = '', ...args]) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  if (!works(['apt-get', '--version'])) return null;
  if (process.getuid?.() === 0) return [];
  return works(['sudo', '-n', 'true']) ? ['sudo', '-n'] : null;
}
