import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { listPaths, root } from '../tidy/sources.ts';

const hasBubblewrap = spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true']).status === 0;
const why = hasBubblewrap ? '' : ' (there is no bubblewrap, or no right to namespaces)';

const inOrder = (paths: readonly string[]): string[] => paths.toSorted((a, b) => (a < b ? -1 : 1));

/** Every file below a folder, by its path in there. */
const filesOf = (folder: string): string[] =>
  inOrder(
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      statSync(join(folder, path)).isFile(),
    ),
  );

test.skipIf(!hasBubblewrap)(
  `one command takes back the service, its user, and all that was installed and built, and leaves data, settings and sources${why}`,
  () => {
    const machine = mkdtempSync(join(tmpdir(), 'hearth-uninstall-'));
    const write = (path: string, text = 'x'): void => {
      mkdirSync(dirname(join(machine, path)), { recursive: true });
      writeFileSync(join(machine, path), text);
    };
    // A machine without Hearth: other people's things, the sources, a home.
    const sources = ['package.json', 'scripts/require-node.mjs'];
    for (const path of [
      ...sources,
      ...listPaths().filter((each) => /^scripts\/(start\/|uninstall)/.test(each)),
    ])
      cpSync(join(root, path), join(machine, 'opt/hearth', path));
    write('opt/hearth/docs/installers.md');
    write('opt/elsewhere/node_modules/theirs.js');
    write('etc/passwd', 'root:x:0:0::/root:/bin/sh\n');
    write('etc/group', 'root:x:0:\n');
    // Of userdel itself, on any machine.
    for (const path of ['etc/.pwd.lock', 'etc/passwd-']) write(path);
    write('etc/systemd/system/other.service');
    write('home/.npm/_npx/1/node_modules/cowsay/package.json');
    write('home/.bashrc');
    const before = filesOf(machine);

    // And with it.
    write('etc/passwd', 'root:x:0:0::/root:/bin/sh\nhearth:x:999:999::/var/lib/hearth:/usr/sbin/nologin\n');
    write('etc/systemd/system/hearth.service');
    write('etc/systemd/system/hearth.service.d/override.conf');
    write('etc/systemd/system/multi-user.target.wants/hearth.service');
    write('var/cache/hearth/compiled/a');
    for (const path of ['node_modules/.cache/a', 'packages/store/node_modules/a', 'apps/dashboard/dist/a'])
      write(`opt/hearth/${path}`);
    const kept = ['opt/hearth/.env', 'opt/hearth/data/dist/mine', 'var/lib/hearth/readings.db'];
    for (const path of kept) write(path);

    const { status, stdout, stderr } = spawnSync(
      'bwrap',
      [
        '--unshare-all --uid 0 --gid 0 --ro-bind / / --dev /dev --tmpfs /run'.split(' '),
        ['--setenv', 'HOME', '/home', '--setenv', 'HEARTH_DATA_DIR', '', '--setenv', 'NODE_OPTIONS', ''],
        ['etc', 'var', 'opt', 'home'].flatMap((name) => ['--bind', join(machine, name), `/${name}`]),
        ['--ro-bind', process.execPath, '/opt/node', '/opt/node', '/opt/hearth/scripts/uninstall.mjs'],
      ].flat(),
      { encoding: 'utf8' },
    );
    rmSync(join(machine, 'opt/node'), { force: true });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('Hearth is gone but for its data in /opt/hearth/data and /var/lib/hearth');
    expect(filesOf(machine)).toEqual(inOrder([...before, ...kept]));
    expect(readFileSync(join(machine, 'etc/passwd'), 'utf8')).not.toContain('hearth');
    rmSync(machine, { recursive: true });
  },
);
