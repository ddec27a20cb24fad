import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listPaths, root } from '../tidy/sources.ts';
import type { Seen } from './confined-home.ts';
import { allowedCalls, said } from './unit.ts';

const works = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** Debian's own, which has Debian's modules. */
const python = '/usr/bin/python3';
/** What keeps this machine from showing it. */
const lacking = Object.entries({
  'systemd-analyze': works('systemd-analyze', 'syscall-filter', '@default'),
  'python3-seccomp': works(python, '-c', 'import seccomp'),
  'bubblewrap, and the right to namespaces': works('bwrap', '--unshare-all', '--ro-bind', '/', '/', 'true'),
}).flatMap(([what, isThere]) => (isThere ? [] : [what]));

/** Names of XML, links in libraries' messages, and what a form shows as an example. Nothing is fetched from there. */
const words = new Set(
  'www.w3.org react.dev reactrouter.com simplewebauthn.dev github.com localhost 127.0.0.1 ntfy.sh api.telegram.org'.split(
    ' ',
  ),
);

/** What is where, below the one folder that may be written. */
const places = { HEARTH_DATA_DIR: 'data', CACHE_DIRECTORY: 'cache', HOME: 'home' };

/** What the unit gives Hearth, made by bubblewrap as no systemd is asked here; and no network but the machine's own. */
function sandbox(folder: string): string[] {
  const env = {
    ...Object.fromEntries(Object.entries(places).map(([name, place]) => [name, join(folder, place)])),
    HEARTH_SIM_HISTORY_DAYS: '0',
    HEARTH_SIM_PERIOD_MS: '500',
    PATH: '/usr/bin:/bin',
  };
  return [
    '--unshare-all --die-with-parent --new-session --cap-drop ALL --uid 61234 --gid 61234 --clearenv'.split(
      ' ',
    ),
    Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    '--ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --tmpfs /home --tmpfs /root'.split(' '),
    ['--ro-bind', root, root, '--bind', folder, folder, '--chdir', root, '--seccomp', '3'],
  ].flat();
}

/** The unit's filter of system calls, as a file. */
function filterFile(path: string): string {
  const { errno } = constants;
  const refusal = errno[said('SystemCallErrorNumber')[0] as keyof typeof errno];
  const families = said('RestrictAddressFamilies')[0]!.replaceAll(' ', ',');
  execFileSync(python, [join(import.meta.dirname, 'seccomp_filter.py'), path, String(refusal), families], {
    input: allowedCalls().join('\n'),
  });
  return path;
}

describe.skipIf(lacking.length > 0)(
  `in the sandbox of the unit and without any way out${lacking.map((what) => ` (there is no ${what})`).join('')}`,
  () => {
    let folder: string;
    let seen: Seen;
    let before: string[];
    beforeAll(async () => {
      execFileSync(process.execPath, ['scripts/start.mjs', '--build'], { cwd: root });
      before = listPaths();
      folder = mkdtempSync(join(tmpdir(), 'hearth-confined-'));
      for (const name of Object.values(places)) mkdirSync(join(folder, name), { mode: 0o700 });
      const filter = openSync(filterFile(join(folder, 'filter')), 'r');
      const inside = [
        join(root, 'node_modules/node/bin/node'),
        join(import.meta.dirname, 'confined-home.ts'),
      ];
      const child = spawn('bwrap', [...sandbox(folder), ...inside], {
        stdio: ['ignore', 'pipe', 'pipe', filter],
      });
      const [out, err] = await Promise.all([
        text(child.stdout!),
        text(child.stderr!),
        child.exitCode ?? once(child, 'exit'),
      ]);
      expect(err).toBe('');
      seen = JSON.parse(out) as Seen;
    }, 120_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('there is no network but the machine’s own, and no right to change the code', () => {
      expect(seen).toMatchObject({ interfaces: ['lo'], outside: 'ENETUNREACH', canWriteOwnCode: false });
    });

    test('Hearth is set up, a reading comes, a device answers, and a backup is made and proven', () => {
      expect(seen.set).toBe(201);
      expect(seen.temperature).toBeGreaterThan(5);
      expect(seen.ask).toBe('answered');
      expect(seen.backups).toMatchObject({ state: 'good' });
    });

    test('the dashboard has all that its pages name, fonts too', () => {
      expect(seen.page).toBe(200);
      const names = Object.keys(seen.assets);
      for (const kind of [/index-[\w-]+\.js$/, /chart-[\w-]+\.js$/, /\.css$/, /\.woff2$/, /webmanifest$/])
        expect(names).toContainEqual(expect.stringMatching(kind));
      expect(Object.entries(seen.assets).filter(([, status]) => status !== 200)).toEqual([]);
    });

    test('the built pages name no other place but as words', () => {
      const dist = join(root, 'apps/dashboard/dist');
      const named = Object.keys(seen.assets).flatMap((path) =>
        [...readFileSync(join(dist, path), 'latin1').matchAll(/\bhttps?:\/\/([\w.-]+)/g)].map(
          ([, host]) => host!,
        ),
      );
      expect([...new Set(named)].filter((host) => !words.has(host))).toEqual([]);
    });

    test('it stops when it is told to', () => {
      expect(seen.exitCode).toBe(0);
    });

    test('nothing was written outside of its data and its cache', () => {
      expect(readdirSync(join(folder, places.HOME))).toEqual([]);
      expect(readdirSync(join(folder, places.CACHE_DIRECTORY))).toEqual(['compiled']);
      expect(listPaths()).toEqual(before);
    });
  },
);
