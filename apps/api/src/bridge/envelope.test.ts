import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvelope, type Rejection } from '@hearth/contract';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { directionKeys, openEnvelope, sealEnvelope } from './envelope.ts';
import { createEnvelopes } from './envelopes.ts';

interface Vector {
  secret: string;
  home: string;
  device: string;
  keyId: number;
  topic: string;
  envelope: string;
}
interface Sealed extends Vector {
  from: 'device' | 'platform';
  boot: number;
  seq: number;
  payload: string;
  key: string;
}

const folder = join(import.meta.dirname, '../../../../packages/contract/payloads/encrypted');
interface Refused extends Vector {
  rule: string;
}
function vectors(kind: 'sealed' | 'refused'): { name: string; json: unknown }[] {
  return readdirSync(join(folder, kind)).map((file) => ({
    name: file.replace('.json', ''),
    json: JSON.parse(readFileSync(join(folder, kind, file), 'utf8')),
  }));
}
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

test.for(vectors('sealed'))('$name: sealed and opened as another program did it', ({ json }) => {
  const { secret, home, device, keyId, topic, envelope, from, boot, seq, payload, key } = json as Sealed;
  const keys = directionKeys(bytes(secret), home, device);
  const ours = from === 'device' ? keys.fromDevice : keys.toDevice;
  expect(ours.toString('hex')).toBe(key);
  const sealed = sealEnvelope(ours, { device, topic, keyId, counter: { boot, seq } }, Buffer.from(payload));
  expect(sealed.toString('hex')).toBe(envelope);
  expect(openEnvelope(ours, { device, topic }, readEnvelope(bytes(envelope))!)?.toString()).toBe(payload);
});

test.for(vectors('refused'))('$name: refused, and the rule is told', ({ json }) => {
  const { secret, home, device, keyId, topic, envelope, rule } = json as Refused;
  const keys = directionKeys(bytes(secret), home, device);
  const known = { id: keyId, madeAt: 0, keys, fingerprint: 'one', boot: 1 };
  const envelopes = createEnvelopes({ of: () => known }, []);
  const opened = envelopes.open(device, { topic, payload: bytes(envelope), isRetained: false });
  expect((opened as Rejection).rule).toBe(rule);
  expect(envelopes.movedWindows()).toEqual([]);
});

test('an envelope opens whole, in its place and with its key, and in no other way', () => {
  const text = fc.uint8Array({ maxLength: 200 });
  const counter = fc.record({
    boot: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  });
  fc.assert(
    fc.property(text, counter, fc.nat(), (payload, at, bit) => {
      const { fromDevice, toDevice } = directionKeys(randomBytes(32), 'home', 'hall');
      const place = { device: 'hall', topic: 'hearth/v1/home/hall/reading' };
      const sealed = sealEnvelope(fromDevice, { ...place, keyId: 9, counter: at }, payload);
      const envelope = readEnvelope(sealed)!;
      expect(sealed.length).toBe(payload.length + 30);
      expect(envelope).toMatchObject({ keyId: 9, counter: at });
      expect(openEnvelope(fromDevice, place, envelope)).toEqual(Buffer.from(payload));
      expect(openEnvelope(toDevice, place, envelope)).toBe(null);
      for (const length of [0, 4, 8, 12, 15])
        expect(openEnvelope(fromDevice, place, { ...envelope, tag: envelope.tag.subarray(0, length) })).toBe(
          null,
        );
      // The version is in what is authenticated, the key id chooses the key: neither can be changed unseen.
      const at8 = 16 + (bit % ((sealed.length - 2) * 8));
      sealed[at8 >> 3]! ^= 1 << (at8 & 7);
      expect(openEnvelope(fromDevice, place, readEnvelope(sealed)!)).toBe(null);
    }),
  );
});
