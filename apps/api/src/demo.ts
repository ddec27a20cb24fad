import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Enrolled, Enrolment } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Store } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import type { Config } from './config.ts';
import type { Credentials } from './credentials.ts';
import type { Devices } from './devices/devices.ts';
import { openSetting } from './settings.ts';

/** The demo home wants an id that a real device has. */
class IdInUseError extends Error {
  override readonly name = 'IdInUseError';
  readonly code = 'already-there';
}

/** Nobody would add a simulated home to a broker by hand. */
class ByHandError extends Error {
  override readonly name = 'ByHandError';
  readonly code = 'broker-by-hand';
}

/** The demo was removed while the demo home asked for its credentials. */
class DemoRemovedError extends Error {
  override readonly name = 'DemoRemovedError';
  readonly code = 'not-signed-in';
}

/** The simulated home: let in by a token in the data folder, and gone without a trace when removed. */
export interface Demo extends Disposable {
  isOn(): boolean;
  isToken(token: string): boolean;
  /** Credentials for the demo's devices; asked again for the same ids, new secrets replace the old. */
  enrol(devices: Enrolment['devices']): Promise<Enrolled>;
  /** Writes down that the demo is not wanted; synchronous, so that it can be part of a transaction. */
  dismiss(): void;
  /** Dismisses and removes devices, rooms and readings. @throws when the broker is away; it is tried again. */
  remove(): Promise<void>;
}

/** How long to wait before a removal that the broker could not take is tried again. */
const retryMs = 5000;

/** Opens the door to the demo home when it is wanted, and finishes a removal that was cut short. */
export function openDemo(parts: {
  mode: Config['HEARTH_DEMO'];
  dataDir: string;
  db: Database;
  devices: Devices;
  store: Store;
  credentials: Credentials;
  log: Log;
}): Demo {
  const { mode, dataDir, db, devices, store, credentials, log } = parts;
  const file = join(dataDir, 'demo', 'token');
  const setting = openSetting(db, 'demo');
  const isDismissed = (): boolean => setting.get() === 'removed';
  if (mode === 'on') setting.set('wanted');
  let token = mode === 'off' || isDismissed() ? null : keepToken(file);
  if (token === null) rmSync(file, { force: true });
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  const isOn = (): boolean => token !== null && !isDismissed();

  async function removeAll(): Promise<void> {
    clearTimeout(retry);
    token = null;
    rmSync(file, { force: true });
    const ids = devices.demoIds();
    if (ids.length === 0) return;
    try {
      await credentials.revoke(ids);
      await store.forget(ids);
      devices.remove(ids);
      // What was on its way while the first ran is gone too; a crash in between leaves the ids to try again.
      await store.forget(ids);
    } catch (error) {
      log.warn({ err: error }, 'the demo home is not removed yet; trying again');
      if (!isClosed) retry = setTimeout(() => void finish(), retryMs).unref();
      throw error;
    }
  }
  const finish = (): Promise<void> => credentials.inTurn(removeAll).catch(() => undefined);
  if (isDismissed()) void finish();

  return {
    isOn,
    isToken: (given) => token !== null && isOn() && isSame(given, token),
    enrol: (wanted) =>
      credentials.inTurn(() => {
        if (!isOn()) throw new DemoRemovedError('The demo home was removed.');
        return enrol(wanted, devices, credentials);
      }),
    dismiss: () => setting.set('removed'),
    remove() {
      setting.set('removed');
      return credentials.inTurn(removeAll);
    },
    [Symbol.dispose]() {
      isClosed = true;
      clearTimeout(retry);
    },
  };
}

async function enrol(
  wanted: Enrolment['devices'],
  devices: Devices,
  credentials: Credentials,
): Promise<Enrolled> {
  const demoIds = new Set(devices.demoIds());
  const foreign = wanted.find(({ id }) => devices.get(id) && !demoIds.has(id));
  if (foreign) throw new IdInUseError(`"${foreign.id}" is a real device: give the simulated one another id.`);
  const unique = [...new Map(wanted.map((device) => [device.id, device])).values()];
  const issued = await credentials.issue(unique.map(({ id }) => ({ id, role: 'device' as const })));
  if (issued.some(({ brokerSetup }) => brokerSetup))
    throw new ByHandError(
      'The demo home needs our own broker, or Mosquitto with its dynamic security plugin. HEARTH_DEMO=off leaves it out.',
    );
  for (const { id, name, room } of unique) {
    if (demoIds.has(id)) continue;
    const known = devices.rooms().find((each) => each.name.toLowerCase() === room.toLowerCase());
    const { id: roomId } = known ?? devices.addRoom(room, true);
    devices.add({ id, name, roomId, role: 'device', isDemo: true, source: 'contract' });
  }
  return { credentials: issued };
}

/** The token of the file, made when it is missing; whole or not there, and for this user only. */
function keepToken(file: string): string {
  if (existsSync(file)) {
    const kept = readFileSync(file, 'utf8').trim();
    if (/^[\w-]{43}$/.test(kept)) return kept;
  }
  const token = randomBytes(32).toString('base64url');
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${token}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return token;
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
