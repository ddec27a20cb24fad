// Run by confined.test.ts inside of the sandbox: starts Hearth, uses it as its first owner would, and prints what it saw.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { AskOutcome, BackupsAnswer, Device, Setup } from '@hearth/contract';

/** What was seen from inside. */
export interface Seen {
  interfaces: string[];
  /** The error code of a connection to an address of the internet. */
  outside: string;
  canWriteOwnCode: boolean;
  set: number;
  page: number;
  /** What the page, its style sheets and its scripts name, and how each was answered. */
  assets: Record<string, number>;
  temperature: unknown;
  ask: AskOutcome['outcome'];
  backups: { state: string; words: string };
  exitCode: number;
  said: string;
}

const giveUpAfterMs = 60_000;
const begunAt = Date.now();

/** Looks again and again until something is there. @throws after a minute */
async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() - begunAt > giveUpAfterMs) throw new Error(`no ${what} came:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** 192.0.2.1 is for documents (RFC 5737): where there is a way out, nothing answers. */
async function codeOfOutside(): Promise<string> {
  const socket = connect({ host: '192.0.2.1', port: 443, timeout: 2000 });
  const [error] = (await Promise.race([
    once(socket, 'connect').then(() => [{ code: 'connected' }]),
    once(socket, 'timeout').then(() => [{ code: 'timed out' }]),
    new Promise((resolve) => socket.once('error', (failure) => resolve([failure]))),
  ])) as [{ code: string }];
  socket.destroy();
  return error.code;
}

let said = '';
const hearth = spawn(process.execPath, ['scripts/start.mjs'], { stdio: ['ignore', 'pipe', 'pipe'] });
for (const stream of [hearth.stdout, hearth.stderr])
  stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
const exit = once(hearth, 'exit');

const link = new URL((await until('link', () => /https?:\S+/.exec(said)))[0]);
const setUp = await fetch(new URL('/api/setup', link), {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    code: link.hash.replace('#code=', ''),
    name: 'Ada',
    password: 'correct horse battery',
    home: 'Home',
    timeZone: 'Europe/Berlin',
    temperatureUnit: 'celsius',
    start: 'demo',
  } satisfies Setup),
});
const cookie = setUp.headers.getSetCookie()[0]!.split(';')[0]!;
const ask = async <T>(path: string, body?: object): Promise<T> =>
  (await (
    await fetch(new URL(path, link), {
      headers: { cookie, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
  ).json()) as T;

const page = await fetch(new URL('/', link));
const assets: Record<string, number> = {};
const waiting = [{ from: page.url, text: await page.text() }];
for (const { from, text } of waiting)
  for (const [, name] of text.matchAll(/["'(`]([\w./-]+\.(?:js|css|svg|woff2|webmanifest))["')`]/g)) {
    // The build's list of what a page needs counts from the root.
    const place = new URL(name!, name!.startsWith('assets/') ? link : from);
    const path = place.pathname.slice(1);
    if (assets[path] !== undefined) continue;
    const answer = await fetch(place);
    assets[path] = answer.status;
    if (/\.(js|css|webmanifest)$/.test(path)) waiting.push({ from: place.href, text: await answer.text() });
  }

const heard = await until('reading', async () =>
  (await ask<Device[]>('/api/devices')).find(({ latest }) => latest.temperature),
);
const answer = await ask<AskOutcome>(`/api/devices/${heard.id}/ask`, {});
await ask('/api/backups', {});
const backups = await until('backup', async () => {
  const present = await ask<BackupsAnswer>('/api/backups');
  return present.running === null && present.state !== 'none' ? present : null;
});

const canWriteOwnCode = (() => {
  try {
    accessSync('scripts/start.mjs', constants.W_OK);
    return true;
  } catch {
    return false;
  }
})();
const seen: Omit<Seen, 'exitCode'> = {
  interfaces: Object.keys(networkInterfaces()),
  outside: await codeOfOutside(),
  canWriteOwnCode,
  set: setUp.status,
  page: page.status,
  assets,
  temperature: heard.latest.temperature?.value,
  ask: answer.outcome,
  backups: { state: backups.state, words: backups.words },
  said,
};
hearth.kill('SIGTERM');
const [exitCode] = (await exit) as [number];
process.stdout.write(JSON.stringify({ ...seen, exitCode } satisfies Seen));
