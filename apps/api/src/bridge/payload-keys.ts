import { payloadSecretBytes } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { createHash, randomBytes } from 'node:crypto';
import { directionKeys, type DirectionKeys } from './envelope.ts';
import { openPayloadSecrets, WrappingKeyError } from './payload-secrets.ts';

/** What is known of a device that encrypts. */
export interface PayloadKeys {
  /** 1 to 255, the next with each new secret. */
  id: number;
  madeAt: number;
  /** Null where the secret cannot be unwrapped: nothing of the device is taken then, and nothing sent to it. */
  keys: DirectionKeys | null;
  /** Names the secret in the replay window. */
  fingerprint: string;
  /** The boot of our envelopes to it in this process, on disk before it is used. */
  boot: number;
}

interface Row {
  device: string;
  key_id: number;
  wrapped: Buffer;
  sent_boot: number;
  made_at: number;
}

/** Leaves room for the counts of starts after a clock that stood too far ahead. */
const bootMax = 4_200_000_000;

/**
 * The payload secrets of devices, in hearth.db. Our boot is that of the start before + 1, or the time in
 * seconds where that is more: so it does not go back even with a restored backup.
 */
export function openPayloadKeys(parts: {
  db: Database;
  keyFile: string;
  home: string;
  log: { error(details: object, message: string): void };
  now: () => number;
}) {
  const { db, home, log, now } = parts;
  const secrets = openPayloadSecrets(parts.keyFile);
  const upsert = db.prepare('INSERT OR REPLACE INTO payload_key VALUES (?, ?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM payload_key WHERE device = ?');
  const all = new Map<string, PayloadKeys>();
  const clock = (): number => Math.min(Math.floor(now() / 1000), bootMax);

  const fromSecret = (device: string, secret: Buffer): Pick<PayloadKeys, 'keys' | 'fingerprint'> => {
    const keys = directionKeys(secret, home, device);
    const fingerprint = createHash('sha256').update(keys.fromDevice).digest('hex').slice(0, 16);
    return { keys, fingerprint };
  };
  const unwrap = ({ device, wrapped }: Row): Pick<PayloadKeys, 'keys' | 'fingerprint'> => {
    try {
      return fromSecret(device, secrets.unwrap(device, wrapped));
    } catch (error) {
      if (!(error instanceof WrappingKeyError)) throw error;
      log.error({ device, problem: error.message }, 'the payloads of a device cannot be decrypted');
      return { keys: null, fingerprint: '' };
    }
  };

  db.prepare('UPDATE payload_key SET sent_boot = max(sent_boot + 1, ?)').run(clock());
  for (const row of db.prepare<[], Row>('SELECT * FROM payload_key').all())
    all.set(row.device, { id: row.key_id, madeAt: row.made_at, boot: row.sent_boot, ...unwrap(row) });

  return {
    of: (device: string): PayloadKeys | undefined => all.get(device),
    /** Makes a secret, in place of the one before: on disk when this returns. @throws {WrappingKeyError} */
    make(device: string): { id: number; secret: Buffer } {
      const before = all.get(device);
      const secret = randomBytes(payloadSecretBytes);
      const id = before ? (before.id % 255) + 1 : 1;
      const boot = Math.max((before?.boot ?? 0) + 1, clock());
      const madeAt = now();
      upsert.run(device, id, secrets.wrap(device, secret), boot, madeAt);
      all.set(device, { id, madeAt, boot, ...fromSecret(device, secret) });
      return { id, secret };
    },
    remove(device: string): void {
      if (all.has(device)) remove.run(device);
      all.delete(device);
    },
  };
}
export type PayloadKeyTable = ReturnType<typeof openPayloadKeys>;
