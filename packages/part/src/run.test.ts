import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

const folder = join(import.meta.dirname, '..');

/** This environment without the variables of Hearth, of which some are only for tests. */
const plainEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('HEARTH_')),
);

/** Runs a part whose `start` has this body, as a process of its own. */
function runPartWith(startBody: string, env: Record<string, string> = {}, args: readonly string[] = []): Run {
  const program = `
    import { createServer } from 'node:net';
    import { mkdirSync } from 'node:fs';
    import { Type } from 'typebox';
    import { runPart, StartError } from ${JSON.stringify(join(folder, 'src/part.ts'))};
    const config = Type.Object({ HEARTH_HTTP_PORT: Type.Integer({ default: 0, maximum: 65535 }) });
    await runPart({ name: 'probe', config, async start(config, log) { ${startBody} } });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...args], {
    cwd: folder,
    env: { ...plainEnv, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const run = { child, out: '', err: '', exit: once(child, 'close').then(([code]) => code as number | null) };
  child.stdout?.on('data', (chunk: Buffer) => (run.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (run.err += chunk.toString()));
  return run;
}
interface Run {
  child: ChildProcess;
  out: string;
  err: string;
  exit: Promise<number | null>;
}

/** Listens until it is disposed. */
const listening = `
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    address: { port: server.address().port },
    async [Symbol.asyncDispose]() {
      process.stdout.write('disposed');
      await new Promise((done) => server.close(done));
    },
  };`;

test('a bad variable ends the start with exit code 78 and one line that names it', async () => {
  const run = runPartWith(listening, { HEARTH_HTTP_PORT: 'eighty' });
  expect(await run.exit).toBe(78);
  expect(run.err).toBe('hearth probe: HEARTH_HTTP_PORT has to be a whole number up to 65535, got "eighty"\n');
});

test('a port that is taken is told in one line with what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const run = runPartWith(
    `await new Promise((done, fail) => createServer().on('error', fail).listen(config.HEARTH_HTTP_PORT, '127.0.0.1', done));`,
    { HEARTH_HTTP_PORT: String(port) },
  );
  expect(await run.exit).toBe(78);
  taken.close();
  expect(run.err).toBe(
    `hearth probe: port ${port} is taken: stop the program that uses it, or choose another port (see .env.example)\n`,
  );
});

test.for([
  [`throw new StartError('the moon is full: wait')`, 'the moon is full: wait'],
  [
    `throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' })`,
    'the data folder cannot be written (EROFS: read-only file system): give this user the right to, or set HEARTH_DATA_DIR',
  ],
  [
    `throw Object.assign(new Error('unable to open database file'), { code: 'SQLITE_CANTOPEN' })`,
    'the data folder cannot be written (unable to open database file): give this user the right to, or set HEARTH_DATA_DIR',
  ],
  [
    `throw Object.assign(new Error(''), { code: 'EADDRNOTAVAIL', address: '192.0.2.1' })`,
    "the address 192.0.2.1 is not one of this machine's",
  ],
  [
    `throw Object.assign(new Error(''), { code: 'EACCES', port: 80 })`,
    'port 80 needs privileges: choose one above 1023',
  ],
] as const)('%s becomes one line', async ([body, line]) => {
  const run = runPartWith(body);
  expect(await run.exit).toBe(78);
  expect(run.err).toBe(`hearth probe: ${line}\n`);
});

test('a bug is not explained away: the stack is shown and the exit code is 1', async () => {
  const run = runPartWith(`throw new TypeError('not a function')`);
  expect(await run.exit).toBe(1);
  expect(run.err).toContain('TypeError: not a function\n    at ');
});

test('a part that runs tells where, and SIGTERM stops it in order', async () => {
  const run = runPartWith(listening);
  const [message] = (await once(run.child, 'message')) as [{ ready: { port: number } }];
  expect(message.ready.port).toBeGreaterThan(0);
  run.child.kill('SIGTERM');
  run.child.kill('SIGTERM');
  expect(await run.exit).toBe(0);
  expect(run.out).toContain('"msg":"ready"');
  expect(run.out.match(/disposed/g)).toHaveLength(1);
});

test('what a part writes is for this user alone, whatever umask it was started with', async () => {
  const former = process.umask(0o022);
  const run = runPartWith(
    `const { mkdtempSync, rmSync, writeFileSync, statSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const folder = mkdtempSync(tmpdir() + '/hearth-part-');
    writeFileSync(folder + '/file', '');
    console.log('mode ' + (statSync(folder + '/file').mode & 0o777).toString(8));
    rmSync(folder, { recursive: true });
    throw new StartError('seen');`,
  );
  process.umask(former);
  expect(await run.exit).toBe(78);
  expect(run.out).toBe('mode 600\n');
});

test('an error is logged with its message and stack, under either name', async () => {
  const run = runPartWith(
    `log.warn({ error: new Error('the cat') }, 'a');
    log.warn({ err: new Error('the dog') }, 'b');
    throw new StartError('seen');`,
  );
  await run.exit;
  const [cat, dog] = run.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { error?: object; err?: object });
  expect(cat!.error).toMatchObject({ message: 'the cat', stack: expect.stringContaining(' at ') });
  expect(dog!.err).toMatchObject({ message: 'the dog', stack: expect.stringContaining(' at ') });
});

test('a variable that no part knows is named in the log, with the one that was perhaps meant', async () => {
  const run = runPartWith(listening, { HEARTH_HTP_PORT: '80', HEARTH_COLOUR: 'red' });
  await once(run.child, 'message');
  run.child.kill('SIGTERM');
  await run.exit;
  expect(run.out).toContain('"msg":"HEARTH_HTP_PORT is ignored: did you mean HEARTH_HTTP_PORT?"');
  expect(run.out).toContain(
    '"msg":"HEARTH_COLOUR is ignored: Hearth has no such variable, see .env.example"',
  );
});

test('a part stops when its supervisor goes away', async () => {
  const run = runPartWith(listening);
  await once(run.child, 'message');
  const exit = once(run.child, 'exit');
  run.child.disconnect();
  expect(await exit).toEqual([0, null]);
  await vi.waitFor(() => expect(run.out).toContain('disposed'));
});

test('a part that is started early waits for the rest of its environment, and starts with it', async () => {
  const run = runPartWith(`process.stdout.write('port ' + config.HEARTH_HTTP_PORT); ${listening}`, {}, [
    '--wait-for-env',
  ]);
  run.child.send({ env: { HEARTH_HTTP_PORT: '1234' } });
  await once(run.child, 'message');
  await vi.waitFor(() => expect(run.out).toContain('port 1234'));
  run.child.kill('SIGTERM');
  expect(await run.exit).toBe(0);
});

test('a part that waits for its environment ends with the supervisor', async () => {
  const run = runPartWith(listening, {}, ['--wait-for-env']);
  const exit = once(run.child, 'exit');
  run.child.disconnect();
  expect(await exit).toEqual([0, null]);
  expect(run.out).toBe('');
});
