import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problems, Problem, type ProblemCode } from '@hearth/contract';
import { openStore } from '@hearth/store';
import { Check } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../database.ts';
import { openDevices } from '../devices/devices.ts';
import { createLive } from '../live-ring.ts';
import { httpLimits } from './server.ts';
import { startTestApi, type Answer, type TestApi } from './test-api.ts';

const measuredAt = 1_795_363_200_000;

/** Leaves a device with a single value behind, as an api that ran before. */
async function keepThermometer(dataDir: string): Promise<void> {
  const now = () => measuredAt;
  const db = openDatabase(dataDir);
  await using store = await openStore({ path: join(dataDir, 'readings.db') });
  const devices = await openDevices({ db, store, live: createLive(now), now });
  devices.add({ id: 'larder', name: 'Larder', role: 'device', isDemo: false, source: 'contract' });
  const times = { at: measuredAt, receivedAt: measuredAt, isLate: false };
  await store.append([
    { device: 'larder', key: { boot: 1, seq: 1 }, ...times, values: { temperature: 8.5 } },
  ]);
  await devices[Symbol.asyncDispose]();
  db.close();
}

let api: TestApi;
const dataDir = mkdtempSync(join(tmpdir(), 'hearth-http-'));
beforeAll(async () => {
  await keepThermometer(dataDir);
  api = await startTestApi(
    { HEARTH_DATA_DIR: dataDir },
    { limits: { ...httpLimits, requestTimeoutMs: 1200, headersTimeoutMs: 800, checkPeriodMs: 100 } },
  );
  await api.setUp();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
});

function expectProblem({ status, headers, body }: Answer, code: ProblemCode): void {
  expect([body.type, body.title, status, body.status]).toEqual([
    `/problems/${code}`,
    problems[code].title,
    problems[code].status,
    problems[code].status,
  ]);
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body.instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
  expect(Check(Problem, body)).toBe(true);
}

describe('problems', () => {
  const json = { 'content-type': 'application/json' };
  it.each<[ProblemCode, string, string, { body?: unknown; headers?: Record<string, string> }]>([
    ['bad-request', 'POST', '/api/rooms', { body: '{"name":' }],
    ['bad-request', 'POST', '/api/rooms', { body: '', headers: json }],
    ['bad-request', 'POST', '/api/rooms', { body: '{"__proto__":{"isAdmin":true},"name":"x"}' }],
    ['bad-request', 'POST', '/api/rooms', { body: '{"constructor":{"prototype":{}},"name":"x"}' }],
    ['bad-request', 'POST', '/api/rooms', { body: { name: 'x', extra: 1 } }],
    ['bad-request', 'POST', '/api/rooms', { body: { name: 7 } }],
    ['bad-request', 'POST', '/api/rooms', { body: { name: '   ' } }],
    ['bad-request', 'GET', '/api/series?device=hall&quantities=temperature&from=1&to=2', {}],
    ['bad-request', 'GET', '/api/devices/NOT%20AN%20ID', {}],
    ['bad-request', 'GET', '/api/%', {}],
    ['not-found', 'GET', '/api/devices/no-such-device', {}],
    ['not-found', 'PATCH', '/api/devices/no-such-device', { body: { name: 'x' } }],
    ['not-found', 'POST', '/api/devices/no-such-device/ask', { body: {} }],
    ['not-found', 'PUT', '/api/devices/no-such-device/setpoint', { body: { setpoint: 21 } }],
    ['not-found', 'DELETE', '/api/devices/no-such-device', {}],
    ['too-large', 'POST', '/api/rooms', { body: { name: 'x'.repeat(70_000) } }],
    [
      'unsupported-media-type',
      'POST',
      '/api/rooms',
      { body: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    [
      'unsupported-media-type',
      'POST',
      '/api/rooms',
      { body: '{"name":"x"}', headers: { 'content-type': 'text/plain' } },
    ],
    ['already-set-up', 'POST', '/api/setup/code', { body: { code: '0000-0000-0000' } }],
    ['wrong-credentials', 'POST', '/api/session', { body: { name: 'Anna', password: 'a cold kitchen' } }],
    ['broker-away', 'POST', '/api/devices', { body: { id: 'new-device' } }],
  ])('%s for %s %s %j', async (code, method, path, options) => {
    expectProblem(await api.call(method, path, options), code);
  });

  it('point at each field that does not fit', async () => {
    const { body } = await api.call('POST', '/api/setup', {
      body: { code: 'short', name: 'Anna', password: 'short', temperatureUnit: 'kelvin', 'a/b': 1 },
    });
    const pointers = body.errors.map((error: { pointer: string }) => error.pointer);
    expect(pointers.sort()).toEqual(
      ['#/code', '#/password', '#/temperatureUnit', '#/home', '#/timeZone', '#/start', '#/a~1b'].sort(),
    );
    expect(body.errors).toContainEqual({
      pointer: '#/temperatureUnit',
      detail: 'must be one of celsius, fahrenheit',
    });
  });

  it('tell nothing of the inside on 5xx', async () => {
    const { body, headers } = await api.call('POST', '/api/devices', { body: { id: 'new-device' } });
    expect(headers.get('retry-after')).toBe('5');
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|ECONN|\.ts|at |service-secret/);
  });

  it('convert numbers in the query only, and plain ones only', async () => {
    const series = (from: string) =>
      api.call('GET', `/api/series?device=hall&quantities=temperature&to=1795363200000&from=${from}`);
    expect((await series('1795300000000')).status).toBe(404);
    for (const from of ['', '0x1a', '1e13', '1795300000000.5', 'true', '1795300000000&from=1'])
      expect([from, (await series(from)).status]).toEqual([from, 400]);
  });
});

/** Sends raw bytes and resolves with all that comes back until the connection ends. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('connections', () => {
  it('end with 408 when a body is dribbled', async () => {
    const answer = await raw(
      `POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"na`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toEqual({
      type: 'about:blank',
      title: 'Request Timeout',
      status: 408,
    });
  });

  it.each([
    ['408', 'headers that are dribbled', 'GET /api/health HTTP/1.1\r\nHost: x\r\n'],
    ['431', 'headers that are too long', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['400', 'what is not HTTP', '\u0016\u0003\u0001\u0002'],
    [
      '400',
      'a body of two lengths',
      'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
  ])('end with %s for %s', async (status, _, text) => {
    expect(await raw(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});

describe('every answer', () => {
  it.each(['/api/health', '/api/nothing', '/', '/assets/none.js', '/api/%'])(
    'to %s carries the security headers and no server name',
    async (path) => {
      const { headers } = await api.call('GET', path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull();
    },
  );
});

describe('other sites', () => {
  const own = () => api.url;
  it.each<[boolean, string, () => Record<string, string>]>([
    [true, 'no browser', () => ({})],
    [true, 'our own page', () => ({ origin: own(), 'sec-fetch-site': 'same-origin' })],
    [true, 'our own page in a browser without Sec-Fetch-Site', () => ({ origin: own() })],
    [false, 'another site', () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })],
    [false, 'another site in a browser without Sec-Fetch-Site', () => ({ origin: 'https://evil.example' })],
    [
      false,
      'another port of this host',
      () => ({ origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }),
    ],
    [false, 'a sandboxed frame', () => ({ origin: 'null' })],
    [false, 'a browser that sends no Origin', () => ({ 'sec-fetch-site': 'cross-site' })],
    [false, 'a lookalike of our host', () => ({ origin: `${own()}.evil.example` })],
    [false, 'an extension', () => ({ origin: `chrome-extension://${new URL(own()).host}` })],
  ])('may write is %s for %s', async (isTaken, _, headers) => {
    for (const [method, path, body] of [
      ['POST', '/api/rooms', {}],
      ['PUT', '/api/devices/no-such-device/setpoint', {}],
      ['PATCH', '/api/devices/no-such-device', {}],
      ['DELETE', '/api/devices/no-such-device', undefined],
      ['POST', '/api/session', {}],
    ] as const) {
      const answer = await api.call(method, path, { body, headers: headers() });
      if (isTaken) expect(answer.status).not.toBe(403);
      else expectProblem(answer, 'wrong-origin');
    }
  });
});

describe('the dashboard', () => {
  const folder = () => join(api.folder, 'dashboard');

  it('says how to build it while it is not there', async () => {
    const { status, body } = await api.call('GET', '/');
    expect(status).toBe(503);
    expect(body).toContain('npm start');
  });

  it('is served with its pages, hashed files for ever, others fresh', async () => {
    mkdirSync(join(folder(), 'assets'), { recursive: true });
    writeFileSync(join(folder(), 'index.html'), '<!doctype html><title>built</title>');
    writeFileSync(join(folder(), 'assets/app-3f9a.js'), 'let x = 1;');
    writeFileSync(join(folder(), 'assets/app-3f9a.js.gz'), Buffer.from('1f8b08', 'hex'));
    writeFileSync(join(folder(), 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    for (const path of [
      '/',
      '/setup',
      '/sign-in',
      '/rooms/kitchen',
      '/devices',
      '/devices/hall?tab=1',
      '/alerts',
      '/people',
      '/invitation',
      '/check',
    ]) {
      const { status, body, headers } = await api.call('GET', path);
      expect([path, status, headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
      expect(body).toContain('built');
    }
    const head = await api.call('HEAD', '/');
    expect([head.status, head.body]).toEqual([200, '']);
    const script = await api.call('GET', '/assets/app-3f9a.js', {
      headers: { 'accept-encoding': 'identity' },
    });
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-type')).toContain('javascript');
    const zipped = await api.call('HEAD', '/assets/app-3f9a.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect((await api.call('GET', '/icon.svg')).headers.get('cache-control')).toBe('no-cache');
  });

  it('brings the API references', async () => {
    const { status, body } = await api.call('GET', '/docs/openapi.json');
    expect([status, body.openapi]).toEqual([200, expect.stringMatching(/^3\.1/)]);
    expect((await api.call('GET', '/docs/asyncapi.json')).body.asyncapi).toMatch(/^3\./);
    expect((await api.call('GET', '/docs/other.json')).status).toBe(404);
  });

  it('shows its page at every address that it has, the shared status page among them', async () => {
    for (const path of ['/', '/rooms/hall', '/check', '/alerts', '/system', `/status/${'A'.repeat(22)}`])
      expect([path, (await api.call('GET', path)).status]).toEqual([path, 200]);
  });

  it('shows its own page for an address that nobody knows, and a problem to programs', async () => {
    const page = await api.call('GET', '/kitchen', { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    for (const path of ['/kitchen', '/assets/none.js', '/assets/', '/.env', '/.git/config'])
      expect([path, (await api.call('GET', path)).body.type]).toEqual([path, '/problems/not-found']);
    const missing = await api.call('GET', '/assets/none.js');
    expect(missing.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    '/../data/hearth.db',
    '/..%2fdata/hearth.db',
    '/assets/..%2f..%2fdata/hearth.db',
    '/%2e%2e/data/hearth.db',
    '/..%5cdata%5chearth.db',
    '//etc/passwd',
    '/assets/%00',
  ])('leads nowhere else by %s', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|403|404) /);
    expect(answer).not.toContain('SQLite');
  });
});

it('shows a device with the one value that it has', async () => {
  const { latest } = (await api.call('GET', '/api/devices/larder')).body.device;
  const temperature = { value: 8.5, at: measuredAt, receivedAt: measuredAt, isLate: false };
  expect(latest).toEqual({ temperature });
  const { status, body } = await api.call('GET', '/api/devices');
  expect([status, body.length, body[0].latest]).toEqual([200, 1, latest]);
});

it('logs no code, no password, no cookie, and no broken answer', () => {
  const all = api.logged.join('');
  expect(all).not.toContain('a warm kitchen');
  expect(all).not.toContain(api.cookie!.split('=')[1]);
  expect(all).not.toContain('an answer breaks the contract');
});
