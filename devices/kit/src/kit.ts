// The conformance kit: a broker that misbehaves and an asker, for one device.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { About, CheckedDevice, CheckResult, CheckRule } from '@hearth/contract';
import { makeAuthority } from './authority.ts';
import { Bench } from './bench.ts';
import { runningOrder, checks } from './checks.ts';
import { deviceOf } from './device-of.ts';
import { openDoor } from './door.ts';
import { handOfCommand, handOfInput, handOfPerson, type Hand, type Handling } from './hand.ts';
import { Log } from './log.ts';
import { powerOf, type Power } from './power.ts';
import { runChecks, type Hearing } from './run-checks.ts';

export { checks } from './checks.ts';
export type { Check } from './check.ts';
export { issueCertificate, verifyCertificate, type Certificate } from './report/certificate.ts';

export interface KitOptions extends Hearing {
  device: string;
  home: string;
  /** A new one if not set. */
  secret?: string;
  /** Name or address that the device connects to. */
  host: string;
  /** Address to listen on, where that is another one. */
  listen?: string;
  /** 0 takes a free one. */
  port: number;
  /** Without TLS. */
  isPlain: boolean;
  /** Short times and few repetitions, named in the results. */
  isQuick: boolean;
  /** Command of the shell that is the device; without it the device is pointed here by hand. */
  run?: string;
  hand?: Handling;
  /** Ids of the checks to run, or their chapters; all if not set. */
  only?: readonly string[];
  /** Where commands are run. */
  cwd: string;
  /** Called when the device may connect: what it needs for that, and what will be checked, in the order of the chapters. */
  onOpen?: (access: Access, rules: readonly CheckRule[]) => void;
  /** Called when a device that was pointed here is up: what it says of itself. */
  onDevice?: (device: CheckedDevice) => void;
}

/** What a device is told to reach the kit: its environment where the kit runs it. */
export type Access = Record<'DEVICE' | 'SECRET' | 'HOME_ID' | 'BROKER' | 'PORT' | 'STATE_DIR', string> & {
  /** Certificate of the authority, PEM; not there without TLS. */
  CA_FILE?: string;
};

/** What a run found. */
export interface Report {
  device: string;
  /** What the device said of itself. */
  about: Partial<About>;
  isQuick: boolean;
  isPlain: boolean;
  /** Unix ms. */
  beganAt: number;
  tookMs: number;
  /** In the order of the chapters. */
  results: CheckResult[];
  /** What a device under `run` printed last. */
  output: string;
}

/** Runs the contract against one device. @throws with the system's code when the port cannot be had. */
export async function runKit(options: KitOptions): Promise<Report> {
  const { device, home, host, isPlain, isQuick, cwd } = options;
  const beganAt = Date.now();
  await using parts = new AsyncDisposableStack();
  const log = new Log();
  const authority = await makeAuthority(host);
  const door = parts.use(
    await openDoor({ authority, log, home, device, host: options.listen ?? host, port: options.port }),
  );
  const dir = await mkdtemp(join(tmpdir(), 'hearth-kit-'));
  parts.defer(() => rm(dir, { recursive: true, force: true }));
  const caFile = join(dir, 'ca.crt');
  await writeFile(caFile, authority.ca);
  const access: Access = {
    DEVICE: device,
    SECRET: options.secret ?? randomBytes(32).toString('base64url'),
    HOME_ID: home,
    BROKER: host,
    PORT: String(door.port),
    STATE_DIR: dir,
    ...(isPlain ? {} : { CA_FILE: caFile }),
  };
  const onEnd = (): void => log.note({ link: 0, from: 'device', what: 'power', words: 'it ended' });
  const power =
    options.run === undefined ? null : parts.use(powerOf({ command: options.run, env: access, cwd, onEnd }));
  const bench = new Bench({
    log,
    door,
    home,
    device,
    secret: access.SECRET,
    isPlain,
    isQuick,
    power,
    hand: handFor(options, power),
  });
  const { only } = options;
  const wanted = ({ id }: CheckRule): boolean => only === undefined || isNamed(id, only);
  options.onOpen?.(
    access,
    checks.filter(wanted).map(({ id, level, says }) => ({ id, level, says })),
  );
  if (!power && (await log.until(() => bench.up, firstConnectionMs)))
    options.onDevice?.(deviceOf(bench.about));

  const results = await runChecks(bench, runningOrder.filter(wanted), options);
  const place = new Map(checks.map(({ id }, i) => [id, i]));
  return {
    device,
    about: bench.about,
    isQuick,
    isPlain,
    beganAt,
    tookMs: Date.now() - beganAt,
    results: results.toSorted((a, b) => place.get(a.id)! - place.get(b.id)!),
    output: power?.output ?? '',
  };
}

/** How long a person may take to point a device here. */
export const firstConnectionMs = 600_000;

const isNamed = (id: string, names: readonly string[]): boolean =>
  names.some((name) => id === name || id.startsWith(`${name}.`));

function handFor({ hand, cwd }: KitOptions, power: Power | null): Hand | null {
  if (hand === undefined) return null;
  if (hand === 'input') return power && handOfInput(power);
  return 'ask' in hand ? handOfPerson(hand.ask) : handOfCommand(hand.command, cwd);
}
