import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config as api } from '@hearth/api';
import { expect, test } from 'vitest';
import { root } from '../tidy/sources.ts';
import { said, unitPath } from './unit.ts';

/** By systemd's measure 0 is closed and 10 is open. */
const exposureMax = 1.5;

/** What systemd says of how open a unit is. */
function exposureOf(path: string): number {
  const args = ['security', '--offline=true', '--no-pager', path];
  const { stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  return Number(/Overall exposure level for \S+ ([\d.]+)/.exec(stdout)?.[1]);
}

const asked = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' });
const version = Number(/^systemd (\d+)/.exec(asked.error ? '' : asked.stdout)?.[1] ?? 0);
const why = version >= 250 ? '' : ' (there is no systemd-analyze of systemd 250 or newer)';

test.skipIf(why !== '')(
  `the unit is as closed as was promised, and one without its lines is not${why}`,
  () => {
    expect(exposureOf(unitPath)).toBeLessThanOrEqual(exposureMax);
    const folder = mkdtempSync(join(tmpdir(), 'hearth-unit-'));
    const open = join(folder, 'hearth.service');
    const lines = readFileSync(unitPath, 'utf8').split('\n');
    writeFileSync(open, lines.filter((line) => !line.startsWith('SystemCallFilter=')).join('\n'));
    expect(exposureOf(open)).toBeGreaterThan(exposureMax);
    rmSync(folder, { recursive: true });
  },
);

test.skipIf(why !== '')(`systemd knows every line of the unit${why}`, () => {
  const { stderr } = spawnSync('systemd-analyze', ['verify', unitPath], { encoding: 'utf8' });
  const notPutThere = /Command \/opt\/hearth\S+ is not executable: No such file or directory/;
  expect(stderr.split('\n').filter((line) => line !== '' && !notPutThere.test(line))).toEqual([]);
});

test('the unit starts what `npm start` starts, on the Node of the lockfile, and keeps all in its state folder', () => {
  const [node, script] = said('ExecStart')[0]!
    .split(' ')
    .map((path) => path.replace('/opt/hearth/', ''));
  for (const path of [node!, script!]) expect(existsSync(join(root, path)), path).toBe(true);
  expect(readFileSync(join(root, 'package.json'), 'utf8')).toContain(`"start": "node ${script}"`);
  expect(said('Environment')).toEqual([`HEARTH_DATA_DIR=%S/${said('StateDirectory')[0]}`]);
  expect(Object.keys(api.properties)).toContain('HEARTH_DATA_DIR');
  expect(said('User')).not.toContain('root');
});
