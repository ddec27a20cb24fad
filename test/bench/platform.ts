import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Setup } from '@hearth/contract';
import { freeBrokerPorts } from '../processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Hearth as `npm start` runs it, on free ports and in a folder of its own. */
export interface Platform extends AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  /** Wall time from the command to the printed link, ms. */
  readonly linkAfterMs: number;
  readonly startedAt: number;
  readonly pid: number;
  /** Sets up an owner with the code of the link and keeps the session for `get`. */
  setUp(start: Setup['start'], names?: Pick<Setup, 'name' | 'home'>): Promise<string>;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
}

/** Runs `node scripts/start.mjs` and resolves when it has printed its link. */
export async function startPlatform(env: Record<string, string>): Promise<Platform> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
  const startedAt = Date.now();
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env: { ...process.env, HEARTH_DATA_DIR: dataDir, HEARTH_HTTP_PORT: '0', ...freeBrokerPorts, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const link = await printedLink(child);
  const linkAfterMs = Date.now() - startedAt;
  let cookie = '';
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(new URL(path, link), {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
  return {
    url: new URL('/', link).href,
    dataDir,
    linkAfterMs,
    startedAt,
    pid: child.pid!,
    setUp: async (start, names = { name: 'Bench', home: 'Bench' }) => {
      const setup: Setup = {
        code: new URL(link).hash.replace('#code=', ''),
        password: 'measured, not guessed',
        ...names,
        timeZone: 'UTC',
        temperatureUnit: 'celsius',
        start,
      };
      await call('POST', '/api/setup', setup);
      return cookie;
    },
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function printedLink(child: ChildProcess): Promise<string> {
  let printed = '';
  for await (const chunk of child.stdout!) {
    printed += String(chunk);
    const link = /https?:\/\/\S+/.exec(printed)?.[0];
    if (link) return link;
  }
  throw new Error(`npm start ended without a link: ${printed}`);
}

/** A process and all that it started, children first found by their parent's id in /proc. */
function tree(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }];
      } catch {
        return [];
      }
    });
  const found = [pid];
  for (const parent of found)
    found.push(...parents.filter((entry) => entry.parent === parent).map((entry) => entry.pid));
  return found;
}

/**
 * Memory of a process and its children in MB: proportional set size, so that pages which they share count
 * once. Linux only.
 */
export function memoryMb(pid: number): number {
  const kilobytes = tree(pid).map((one) =>
    Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, kb) => sum + kb, 0) / 1000;
}
