import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DeviceCredential } from '@hearth/contract';
import type { Log, Running } from '@hearth/part';
import { appliancesOf } from './appliances.ts';
import type { Config } from './config.ts';
import { demoHome } from './demo-home.ts';
import { enrol, keepCredentials, readCredentials, readIfThere } from './enrol.ts';
import { startHome } from './home.ts';
import { openMemory } from './memory.ts';

/** How often the token is looked for. */
const lookEveryMs = 1000;
const retryMaxMs = 15_000;

/**
 * The demo home as a part: while the api's token exists, it has credentials (asks for them when it has none or they
 * are refused) and its devices run; when the token goes, they stop, and their past is forgotten.
 */
export async function startDemo(config: Config, log: Log): Promise<Running> {
  const stopped = new AbortController();
  const demo = new Demo(config, log, stopped.signal);
  const running = demo.run().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error;
  });
  return {
    address: { devices: demo.devices.length },
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await running;
    },
  };
}

class Demo {
  readonly devices: { id: string; name: string; room: string }[];
  readonly #config: Config;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #dir: string;
  readonly #tokenFile: string;

  constructor(config: Config, log: Log, signal: AbortSignal) {
    this.#config = config;
    this.#log = log;
    this.#signal = signal;
    this.#dir = join(config.HEARTH_DATA_DIR, 'demo');
    this.#tokenFile = config.HEARTH_SIM_TOKEN_FILE ?? join(this.#dir, 'token');
    this.devices = appliancesOf(demoHome, config.HEARTH_SIM_PERIOD_MS, config.HEARTH_SIM_SEED).map(
      ({ id, name, room }) => ({ id, name, room }),
    );
  }

  /** Goes on until the signal; rejects with its reason then. */
  async run(): Promise<void> {
    let isRefused = false;
    for (;;) {
      const token = await this.#waitForToken();
      const credentials = await this.#credentials(token, isRefused);
      if (!credentials) continue;
      isRefused = (await this.#live(credentials)) === 'refused';
    }
  }

  async #waitForToken(): Promise<string> {
    let hasSaid = false;
    for (;;) {
      const token = (await readIfThere(this.#tokenFile))?.trim();
      if (token) return token;
      if (!hasSaid) this.#log.info({ tokenFile: this.#tokenFile }, 'waiting for the api to want a demo home');
      hasSaid = true;
      await this.#wait(lookEveryMs);
    }
  }

  /** Kept credentials, or new ones; null when the token went away meanwhile. */
  async #credentials(token: string, isRefused: boolean): Promise<DeviceCredential[] | null> {
    const file = join(this.#dir, 'credentials.json');
    const ids = this.devices.map(({ id }) => id);
    const kept = isRefused ? null : await readCredentials(file, ids);
    if (kept) return kept;
    for (let waitMs = 250; ; waitMs = Math.min(retryMaxMs, waitMs * 2)) {
      try {
        const { devices } = this;
        const apiUrl = this.#config.HEARTH_API_URL;
        const credentials = await enrol({ apiUrl, token, devices, signal: this.#signal });
        keepCredentials(file, credentials);
        return credentials;
      } catch (error) {
        this.#signal.throwIfAborted();
        this.#log.warn({ error }, 'no credentials for the demo home yet');
      }
      await this.#wait(waitMs);
      if ((await readIfThere(this.#tokenFile))?.trim() !== token) return null;
    }
  }

  /** Runs the home until its token is gone or the broker refuses it. */
  async #live(credentials: DeviceCredential[]): Promise<'refused' | 'unwanted'> {
    const config = this.#config;
    const caFile = config.HEARTH_BROKER_CA_FILE;
    const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
    let isRefused = false;
    const home = startHome({
      house: demoHome,
      credentials,
      ca,
      seed: config.HEARTH_SIM_SEED,
      periodMs: config.HEARTH_SIM_PERIOD_MS,
      keepaliveS: config.HEARTH_SIM_KEEPALIVE_S,
      historyDays: config.HEARTH_SIM_HISTORY_DAYS,
      dir: this.#dir,
      log: this.#log,
      onRefused: () => (isRefused = true),
    });
    try {
      for (;;) {
        await this.#wait(lookEveryMs);
        if ((await readIfThere(this.#tokenFile)) === null) break;
        if (isRefused) return 'refused';
      }
    } finally {
      await home[Symbol.asyncDispose]();
    }
    this.#log.info('the demo home is no longer wanted');
    await this.#forget();
    return 'unwanted';
  }

  /** What the platform has forgotten the home forgets too, but for the boots, which only grow. */
  async #forget(): Promise<void> {
    const file = openMemory(join(this.#dir, 'state.json'), () => {});
    file.memory.house = null;
    file.save();
    await rm(join(this.#dir, 'buffer.jsonl'), { force: true });
    await rm(join(this.#dir, 'credentials.json'), { force: true });
  }

  async #wait(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#signal });
  }
}
