import {
  excerpt,
  parseJson,
  quantities,
  type About,
  type Parsed,
  type QuantityName,
  type Rejection,
} from '@hearth/contract';
import type { Key } from './key.ts';

/** A device's clock may be this far ahead; a reading may be this old. */
const aheadMs = 5 * 60_000;
const oldestMs = 400 * 86_400_000;

/** A rejection in the words of the device's page; `got` is shortened. */
export function wrong(rule: string, path: string, expected: string, got: unknown): Rejection {
  return { rule, path, expected, got: excerpt(got) };
}

/** A value that the manifest does not name has no unit, range or place on the page. */
export function checkManifest(values: object, about: About | null | undefined): Rejection | null {
  if (!about) return null;
  const foreign = Object.keys(values).find((name) => !about.quantities[name as QuantityName]);
  if (foreign === undefined) return null;
  const named = Object.keys(about.quantities).filter((name) => name in quantities);
  return wrong('not-in-manifest', `/values/${foreign}`, `one of ${named.join(', ')}`, foreign);
}

/** An instant that cannot be: a clock that was never set, or set wrongly. */
export function checkAt(at: number, receivedAt: number): Rejection | null {
  if (at <= receivedAt + aheadMs && at >= receivedAt - oldestMs) return null;
  return wrong(
    'clock',
    '/at',
    'from 400 days ago to 5 minutes ahead',
    Number.isFinite(at) ? new Date(at).toISOString() : at,
  );
}

/** The id of a response that broke a rule, where it can be made out. */
export function looseId(payload: Uint8Array): string | null {
  const id = looseField(parseJson(payload), 'id');
  return typeof id === 'string' ? id : null;
}

/** The counters of a reading that broke a rule, where they can be made out. */
export function looseKey(payload: Uint8Array): Key | null {
  const json = parseJson(payload);
  const [boot, seq] = [looseField(json, 'boot'), looseField(json, 'seq')];
  const isKey = Number.isSafeInteger(boot) && Number.isSafeInteger(seq);
  if (!isKey || (boot as number) < 0 || (boot as number) > 2_147_483_647 || (seq as number) < 1) return null;
  return { boot: boot as number, seq: seq as number };
}

function looseField(json: Parsed<unknown>, field: string): unknown {
  if (!json.ok || typeof json.value !== 'object' || json.value === null) return undefined;
  return Object.hasOwn(json.value, field) ? (json.value as Record<string, unknown>)[field] : undefined;
}
