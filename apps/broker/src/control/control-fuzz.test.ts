import { ControlRequest, ControlResponse } from '@hearth/contract';
import * as fc from 'fast-check';
import { Check } from 'typebox/value';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { openCredentials } from '../identity/credentials.ts';
import { temporaryFolder, credential } from '../testing.ts';
import { control, type ControlParts } from './control.ts';

const parts = new DisposableStack();
const credentials = parts.use(openCredentials(parts.use(temporaryFolder()).path));
afterAll(() => parts.dispose());

const known = credential('lamp');
beforeEach(() => {
  credentials.change({ revoke: credentials.list().map(({ id }) => id) });
  credentials.change({ add: [known] });
});

const around: ControlParts = {
  credentials,
  connections: { cut: () => {}, ids: () => new Set(['lamp']) },
  ending: { endAll: () => Promise.resolve() },
  certify: () => Promise.reject(new Error('no key here')),
  face: () => ({ listeners: [], ca: null }),
};

/** Never throws; the answer is one of the contract, for who asked, and a refusal has changed nothing. */
async function ask(payload: string | Uint8Array): Promise<ControlResponse | null> {
  const before = credentials.list();
  const response = await control(payload, around);
  if (response) expect(Check(ControlResponse, response)).toBe(true);
  if (!response || response.error !== undefined) expect(credentials.list()).toEqual(before);
  return response;
}

test('arbitrary bytes and JSON are no control request, and change nothing', async () => {
  const payload = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json(), fc.string());
  await fc.assert(fc.asyncProperty(payload, async (bytes) => void (await ask(bytes))));
});

const sha256 = fc.oneof(fc.constant(known.secretSha256), fc.string({ maxLength: 70 }));
const id = fc.oneof(
  fc.constantFrom('lamp', 'attic', '__proto__', 'hearth-api', 'HALL', ''),
  fc.string({ maxLength: 20 }),
);
const filter = fc.oneof(
  fc.constantFrom('radio/#', '#', '$SYS/#', 'hearth/v1/#', '+/v1/x', 'a/#/b', '$share/g/x'),
  fc.string({ maxLength: 30 }),
);
const wellMeant = fc.record(
  {
    id: fc.string({ minLength: 1, maxLength: 64 }),
    add: fc.array(
      fc.record(
        {
          id,
          role: fc.constantFrom('device', 'gateway', 'admin', 'service'),
          home: fc.constantFrom('home', '', '+'),
          secretSha256: sha256,
          topics: fc.array(filter, { maxLength: 3 }),
        },
        { requiredKeys: ['id', 'role', 'home'] },
      ),
      { maxLength: 3 },
    ),
    revoke: fc.array(id, { maxLength: 3 }),
    rotate: fc.array(fc.record({ id, secretSha256: sha256 }), { maxLength: 2 }),
    certify: fc.array(fc.record({ id, csr: fc.string({ minLength: 100, maxLength: 200 }) }), {
      maxLength: 1,
    }),
    list: fc.constantFrom(true, false),
    describe: fc.constant(true),
  },
  { requiredKeys: ['id'] },
);

test('a request that means something is done as a whole or refused in words', async () => {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(wellMeant, async (request) => {
      const response = await ask(JSON.stringify(request));
      expect(response?.id).toBe(request.id);
      if (response?.error !== undefined) expect(response.error.length).toBeGreaterThan(5);
      else done++;
      for (const { id: kept, role, topics = [] } of credentials.list()) {
        expect(kept.startsWith('hearth-api')).toBe(false);
        if (role !== 'gateway') expect(topics).toEqual([]);
        for (const each of topics) expect(each).not.toMatch(/^\$|^#|^hearth\/v1/);
      }
    }),
    { numRuns: 300 },
  );
  expect(done).toBeGreaterThan(0);
});

test('one field replaced by anything is refused by its path, or is what the contract takes', async () => {
  const request = { id: 'x', add: [credential('attic')], revoke: ['lamp'], rotate: [], list: true };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('add', 'revoke', 'rotate', 'certify', 'list', 'describe', 'metrics', 'copy', 'other'),
      fc.jsonValue(),
      async (field, value) => {
        const changed = { ...request, [field]: value };
        const response = await ask(JSON.stringify(changed));
        if (!Check(ControlRequest, changed)) expect(response?.error).toBeDefined();
      },
    ),
  );
});
