import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config as brokerConfig, startBroker } from '@hearth/broker';
import { createLog, readConfig } from '@hearth/part';
import { expect, test, vi } from 'vitest';
import { freeBrokerPorts } from './processes.ts';

const root = join(import.meta.dirname, '..');

interface Started extends AsyncDisposable {
  child: ChildProcess;
  dataDir: string;
  out(): string;
  err(): string;
  exit: Promise<number | null>;
}

/** This environment without the variables of Hearth, of which some are only for tests. */
const plainEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('HEARTH_')),
);

/** Runs what `npm start` runs, on free ports and in a data folder of its own. */
function startHearth(env: Record<string, string> = {}, nodeArgs: readonly string[] = []): Started {
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-start-'));
  const child = spawn(process.execPath, [...nodeArgs, 'scripts/start.mjs'], {
    cwd: root,
    env: {
      ...plainEnv,
      NODE_OPTIONS: '',
      HEARTH_DATA_DIR: dataDir,
      ...freeBrokerPorts,
      HEARTH_HTTP_PORT: '0',
      HEARTH_SIM_HISTORY_DAYS: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    dataDir,
    out: () => text.out,
    err: () => text.err,
    exit,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exit;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Process ids of a supervisor's parts, by part. */
function partsOf(supervisor: ChildProcess): Record<string, number> {
  const table = execFileSync('ps', ['-A', '-o', 'pid=', '-o', 'ppid=', '-o', 'args='], { encoding: 'utf8' });
  return Object.fromEntries(
    table.split('\n').flatMap((line) => {
      const [, pid, parent, part] = /^\s*(\d+)\s+(\d+)\s.*\/(\w+)\/src\/main\.ts/.exec(line) ?? [];
      return Number(parent) === supervisor.pid ? [[part, Number(pid)]] : [];
    }),
  );
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const patience = { timeout: 45_000, interval: 50 };
const linkPattern = /https?:\S+/g;

/** Resolves with the url of the dashboard once the link is printed. */
async function linkOf(started: Started): Promise<string> {
  await vi.waitFor(() => expect(started.out() + started.err()).toMatch(linkPattern), patience);
  return new URL(started.out().match(linkPattern)![0]).origin;
}

test(
  'one link is printed and it serves; a killed part is back at its address, also again, and the others run on; SIGTERM stops all in order',
  { timeout: 120_000 },
  async () => {
    await using started = startHearth();
    const url = await linkOf(started);
    expect(started.out().match(linkPattern)).toHaveLength(1);
    expect(started.out()).toContain(`${url}/setup#code=`);
    expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
    await vi.waitFor(
      () => expect(Object.keys(partsOf(started.child)).sort()).toEqual(['api', 'broker', 'simulator']),
      patience,
    );

    for (const [killed, part] of (['api', 'api', 'broker'] as const).entries()) {
      const { [part]: pid, ...others } = partsOf(started.child);
      process.kill(pid!, 'SIGKILL');
      const told = () => started.err().match(/\w+ ended \(SIGKILL\), starting it again/g) ?? [];
      await vi.waitFor(() => expect(told()).toHaveLength(killed + 1), patience);
      expect(told().at(-1)).toContain(part);
      const killedAt = performance.now();
      await vi.waitFor(() => expect(partsOf(started.child)[part]).toBeDefined(), patience);
      expect(performance.now() - killedAt).toBeLessThan(3000);
      expect(partsOf(started.child)).toMatchObject(others);
      await vi.waitFor(async () => {
        const health = (await (await fetch(`${url}/api/health`)).json()) as { status: string };
        expect(health.status).toBe('ok');
      }, patience);
    }

    const parts = Object.entries(partsOf(started.child));
    const stopped: string[] = [];
    started.child.kill('SIGTERM');
    await vi.waitFor(
      () => {
        for (const [part, pid] of parts) if (!isRunning(pid) && !stopped.includes(part)) stopped.push(part);
        expect(stopped).toHaveLength(3);
      },
      { timeout: 45_000, interval: 2 },
    );
    expect(stopped).toEqual(['simulator', 'api', 'broker']);
    expect(await started.exit).toBe(0);
  },
);

test.for(['HEARTH_HTTP_PORT', 'HEARTH_MQTT_PORT', 'HEARTH_MQTTS_PORT'])(
  'a %s that is taken is one line, and nothing is left running',
  { timeout: 60_000 },
  async (name) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await using started = startHearth({ [name]: String(port) });
    expect(await started.exit).toBe(78);
    taken.close();
    expect(started.err()).toMatch(new RegExp(`^hearth \\w+: port ${port} is taken: [^\n]+\n$`));
    if (name !== 'HEARTH_HTTP_PORT') expect(started.err()).toContain(`or set ${name} to another port`);
    expect(started.out()).not.toMatch(linkPattern);
    expect(partsOf(started.child)).toEqual({});
  },
);

test(
  'one port for two doors is told with both variables, before anything runs',
  { timeout: 60_000 },
  async () => {
    await using started = startHearth({ HEARTH_HTTP_PORT: '18765', HEARTH_MQTT_PORT: '18765' });
    expect(await started.exit).toBe(78);
    expect(started.err()).toBe(
      'hearth: HEARTH_HTTP_PORT and HEARTH_MQTT_PORT are both 18765: give each a port of its own\n',
    );
    expect(started.out()).not.toMatch(linkPattern);
    expect(existsSync(join(started.dataDir, 'readings.db'))).toBe(false);
  },
);

test(
  'a broker that cannot be reached is said beside the link, and when it is reached after all',
  { timeout: 60_000 },
  async () => {
    const place = createServer().listen(0, '127.0.0.1');
    await once(place, 'listening');
    const { port } = place.address() as { port: number };
    place.close();
    const folder = mkdtempSync(join(tmpdir(), 'hearth-elsewhere-'));
    const env = { HEARTH_DEMO: 'off', HEARTH_BROKER_URL: `mqtt://127.0.0.1:${port}` };
    await using started = startHearth({
      ...env,
      HEARTH_BROKER_PASSWORD_FILE: join(folder, 'broker', 'service-secret'),
    });
    await linkOf(started);
    expect(started.out()).not.toContain('Hearth is on.');
    expect(started.out()).toMatch(/Hearth runs, and its broker cannot be reached/);
    expect(started.out()).toMatch(/service-secret is not there yet/);

    const settings = readConfig(brokerConfig, {
      HEARTH_DATA_DIR: folder,
      ...freeBrokerPorts,
      HEARTH_MQTT_PORT: String(port),
    });
    await using broker = await startBroker(settings, createLog('broker', 'silent'));
    expect(broker.address.mqttUrl).toBe(env.HEARTH_BROKER_URL);
    await vi.waitFor(() => expect(started.out()).toContain('The broker is reached now.'), patience);
  },
);

test('a data folder that cannot be written is one line', { timeout: 60_000 }, async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'hearth-file-')), 'data');
  writeFileSync(file, '');
  await using started = startHearth({ HEARTH_DATA_DIR: file });
  expect(await started.exit).toBe(78);
  rmSync(join(file, '..'), { recursive: true });
  expect(started.err()).toMatch(
    /^hearth: the data folder cannot be written \([^\n]+\): give this user [^\n]+\n$/,
  );
});

test('a variable that does not fit is one line that names it', { timeout: 60_000 }, async () => {
  await using started = startHearth({ HEARTH_MQTT_PORT: 'many' });
  expect(await started.exit).toBe(78);
  expect(started.err()).toBe(
    'hearth broker: HEARTH_MQTT_PORT has to be a whole number from 0 to 65535, got "many"\n',
  );
});

test(
  'a variable of the simulated home that does not fit is told before there is a link, and nothing runs',
  { timeout: 60_000 },
  async () => {
    await using started = startHearth({ HEARTH_SIM_SEED: 'lucky' });
    expect(await started.exit).toBe(78);
    expect(started.err()).toBe(
      'hearth simulator: HEARTH_SIM_SEED has to be a whole number from 0 to 4294967295, got "lucky"\n',
    );
    expect(started.out()).not.toMatch(linkPattern);
    expect(existsSync(join(started.dataDir, 'readings.db'))).toBe(false);
  },
);

test(
  'a variable that is misspelt is told once with the one that was meant, and one of a part that is off not at all',
  { timeout: 60_000 },
  async () => {
    await using started = startHearth({
      HEARTH_HTTP_PROT: '1',
      HEARTH_DEMO: 'off',
      HEARTH_SIM_SEED: 'lucky',
    });
    await linkOf(started);
    expect(started.err()).toBe('hearth: HEARTH_HTTP_PROT is ignored: did you mean HEARTH_HTTP_PORT?\n');
  },
);

test.runIf(process.platform !== 'win32')(
  'nobody else may read or write anything in the data folder',
  { timeout: 60_000 },
  async () => {
    const former = process.umask(0o022);
    await using started = startHearth({ HEARTH_SIM_PERIOD_MS: '200' });
    process.umask(former);
    await linkOf(started);
    const files = () => readdirSync(started.dataDir, { recursive: true, encoding: 'utf8' });
    await vi.waitFor(
      () =>
        expect(files()).toEqual(
          expect.arrayContaining([
            'readings.db',
            'readings.db-wal',
            'hearth.db',
            'hearth.db-wal',
            'broker/credentials.db',
            'broker/service-secret',
            'demo/token',
            'logs/api.log',
          ]),
        ),
      patience,
    );
    await vi.waitFor(
      () => expect(files().some((name) => /^demo\/(?!token$)/.test(name))).toBe(true),
      patience,
    );
    const open = files().filter((name) => (statSync(join(started.dataDir, name)).mode & 0o077) !== 0);
    expect(open).toEqual([]);
  },
);

test('a Node that is too old is one line', async () => {
  const pretend = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.8'}})`;
  await using started = startHearth({}, ['--import', pretend]);
  expect(await started.exit).toBe(78);
  expect(started.err()).toBe(
    'hearth: Node 18.20.8 is too old: install Node 20 or newer from https://nodejs.org, then run this again\n',
  );
});
