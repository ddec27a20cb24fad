import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from './workspace.mjs';

/** Where the service is, as docs/installers.md puts it there. */
const service = {
  unit: '/etc/systemd/system/hearth.service',
  overrides: '/etc/systemd/system/hearth.service.d',
  cache: '/var/cache/hearth',
  data: '/var/lib/hearth',
};

/** What installing, building and running leave in the folder of Hearth, by name, at any depth; the data folder aside. */
const made = new Set(['node_modules', 'dist']);

/**
 * Removes the service, what was installed and built in the folder of Hearth, and the pnpm that its start fetched, with
 * the packages that nobody else on this machine uses. Data, settings (`.env`) and sources stay.
 * @returns {void} the exit code is 1 where something is not this user's to remove
 */
export function uninstall() {
  const isService = existsSync(service.unit);
  if (isService && process.getuid?.() !== 0) {
    process.stderr.write('hearth: it runs as a service here: run this with sudo\n');
    process.exitCode = 1;
    return;
  }
  if (isService) removeService();
  const dataDir = resolve(root, process.env['HEARTH_DATA_DIR'] || 'data');
  for (const path of madeBelow(root, dataDir)) remove(path);
  removePnpm();
  const data = [dataDir, ...(isService ? [service.data] : [])].filter((path) => existsSync(path));
  process.stdout.write(
    `Hearth is gone but for ${data.length > 0 ? `its data in ${data.join(' and ')}, and ` : ''}its sources in ${root}: delete what you do not need.\n`,
  );
}

/** Nobody has the number of a user that is gone: what it kept is root's. */
function removeService() {
  // A machine that has not booted with systemd, such as one in a container, only has the files.
  if (existsSync('/run/systemd/system')) run('systemctl', 'disable', '--now', 'hearth');
  else rmSync('/etc/systemd/system/multi-user.target.wants/hearth.service', { force: true });
  for (const path of [service.unit, service.overrides, service.cache]) remove(path);
  if (existsSync('/run/systemd/system')) run('systemctl', 'daemon-reload');
  if (existsSync(service.data)) run('chown', '-R', 'root:root', service.data);
  if (/^hearth:/m.test(readFileSync('/etc/passwd', 'utf8'))) run('userdel', 'hearth');
}

/**
 * @param {string} folder
 * @param {string} dataDir is not looked into
 * @returns {string[]}
 */
function madeBelow(folder, dataDir) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (path === dataDir || name === '.git' || !lstatSync(path).isDirectory()) return [];
    return made.has(name) ? [path] : madeBelow(path, dataDir);
  });
}

/** The store's packages are linked from where they are used: pnpm removes those that have no other link. */
function removePnpm() {
  const copies = join(homedir(), '.npm/_npx');
  for (const name of existsSync(copies) ? readdirSync(copies) : []) {
    const modules = join(copies, name, 'node_modules');
    if (!existsSync(join(modules, 'pnpm'))) continue;
    run(process.execPath, join(modules, 'pnpm/bin/pnpm.mjs'), 'store', 'prune');
    remove(join(copies, name));
  }
}

/** @param {string} path */
function remove(path) {
  if (!existsSync(path)) return;
  rmSync(path, { recursive: true, force: true });
  process.stdout.write(`removed ${path}\n`);
}

/** @param {string[]} command */
function run(...[program = '', ...args]) {
  spawnSync(program, args, { stdio: 'inherit' });
}
