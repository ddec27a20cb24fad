import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Setup } from '@hearth/contract';
import { readConfig } from '@hearth/part';
import { pino } from 'pino';
import { startApi, config, type ApiTuning, type RunningApi } from '../api.ts';

/** What a set-up form sends; `code` comes from the link. */
export const setupForm = {
  name: 'Anna',
  password: 'a warm kitchen at seven',
  home: 'Mill Lane 4',
  timeZone: 'Europe/Berlin',
  temperatureUnit: 'celsius',
  start: 'demo',
} as const;

/** An answer as tests look at it. */
export interface Answer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  body: any;
}

/** A started api with a browser-like caller. */
export interface TestApi extends AsyncDisposable {
  url: string;
  folder: string;
  running: RunningApi;
  /** Every line that was logged. */
  logged: string[];
  call(
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** Sets up with the code of the link; what signs in then is sent along by `call`. */
  setUp(form?: Partial<Setup>): Promise<Answer>;
  cookie: string | undefined;
}

/** Starts an api on a free port, in a folder of its own; without `env` there is no broker to be found. */
export async function startTestApi(
  env: Record<string, string> = {},
  tuning: ApiTuning = {},
): Promise<TestApi> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-api-'));
  const logged: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  const settings = readConfig(config, {
    HEARTH_DATA_DIR: join(folder, 'data'),
    HEARTH_HTTP_PORT: '0',
    HEARTH_BROKER_URL: 'mqtt://127.0.0.1:1',
    HEARTH_DASHBOARD_DIR: join(folder, 'dashboard'),
    ...env,
  });
  const running = await startApi(settings, log, tuning);
  const { url } = running.address;

  const api: TestApi = {
    url,
    folder,
    running,
    logged,
    cookie: undefined,
    async call(method, path, { body, headers = {} } = {}) {
      const response = await fetch(url + path, {
        method,
        redirect: 'manual',
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(api.cookie && { cookie: api.cookie }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const [cookie] = response.headers.getSetCookie();
      if (cookie) api.cookie = cookie.split(';')[0];
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
    async setUp(form = {}) {
      const code = running.address.link.split('#code=')[1];
      return api.call('POST', '/api/setup', { body: { ...setupForm, code, ...form } });
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
  return api;
}
