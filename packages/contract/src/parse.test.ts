import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  excerpt,
  messageKinds,
  parseJson,
  parseMessage,
  payloadMaxBytes,
  payloadMaxDepth,
} from './contract.ts';

const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const reading = { boot: 7, seq: 1, at: 1_795_363_200_123, values: { temperature: 20.6 } };

test('arbitrary bytes never make the parser throw', () => {
  fc.assert(
    fc.property(fc.constantFrom(...messageKinds), fc.uint8Array({ maxLength: 512 }), (kind, payload) => {
      const parsed = parseMessage(kind, payload);
      expect(parsed.ok || parsed.rejection.rule !== '').toBe(true);
    }),
  );
});

test('arbitrary JSON never makes the parser throw, and a rejection says where in it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...messageKinds), fc.json({ maxDepth: 8 }), (kind, json) => {
      const parsed = parseMessage(kind, bytes(json));
      if (!parsed.ok) expect(parsed.rejection.path).toMatch(/^(\/.*)?$/s);
    }),
  );
});

test('one field of a reading replaced by anything is either taken as it is or told by its path', () => {
  fc.assert(
    fc.property(fc.constantFrom('boot', 'seq', 'at', 'values', 'late'), fc.jsonValue(), (field, value) => {
      const changed = { ...reading, [field]: value };
      const parsed = parseMessage('reading', bytes(changed));
      if (parsed.ok) expect(parsed.value).toEqual(JSON.parse(JSON.stringify(changed)));
      else if (parsed.rejection.path !== '')
        expect(parsed.rejection.path.startsWith(`/${field}`) || parsed.rejection.rule === 'fault').toBe(true);
    }),
  );
});

test('values that pass through the parser are those that were sent', () => {
  const values = fc.record(
    {
      temperature: fc.double({ min: -50, max: 80, noNaN: true }),
      humidity: fc.double({ min: 0, max: 100, noNaN: true }),
      heating: fc.boolean(),
      mode: fc.constantFrom('off', 'heat', 'auto'),
    },
    { requiredKeys: ['temperature'] },
  );
  fc.assert(
    fc.property(values, (sent) => {
      const payload = bytes({ ...reading, values: sent });
      expect(parseMessage('reading', payload)).toEqual({
        ok: true,
        value: JSON.parse(Buffer.from(payload).toString()),
      });
    }),
  );
});

test.for(['__proto__', 'constructor', 'prototype', 'toString'])(
  'a field named %s is refused and leaves every object as it was',
  (name) => {
    const payload = bytes(
      `{"boot":7,"seq":1,"at":1795363200123,"values":{"temperature":20,"${name}":{"x":1}}}`,
    );
    expect(parseMessage('reading', payload)).toMatchObject({
      ok: false,
      rejection: { rule: 'additionalProperties', path: '/values' },
    });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  },
);

const sensor = { contract: 1, maker: 'M', model: 'X', kind: 'sensor', firmware: '1', commands: {} };

test.for([
  ['temperature', 'F', '°C'],
  ['temperature', '%', '°C'],
  ['humidity', 'percent', '%'],
  ['heating', 'on/off', 'no unit'],
])('%s in %s: the one unit of the quantity is expected', ([quantity, unit, expected]) => {
  const about = { ...sensor, quantities: { [quantity!]: { unit } } };
  expect(parseMessage('about', bytes(about))).toMatchObject({
    rejection: { rule: 'unit', path: `/quantities/${quantity}/unit`, expected },
  });
});

test.for([
  [1_795_363_200, 'milliseconds since 1970: 1795363200 looks like seconds'],
  [1_795_363_200.5, 'milliseconds since 1970: 1795363200.5 looks like seconds'],
  [1_795_363_200_123_000, 'milliseconds since 1970: 1795363200123000 looks like microseconds'],
  [12, 'milliseconds since 1970, from 2020 to 2100; without a clock send uptime instead'],
] as const)('the time %d is not taken, and what it looks like is said', ([at, expected]) => {
  expect(parseMessage('reading', bytes({ ...reading, at }))).toMatchObject({
    ok: false,
    rejection: { path: '/at', expected },
  });
});

test('nesting is counted before the text is parsed, and brackets inside strings do not count', () => {
  expect(parseJson(bytes('['.repeat(payloadMaxDepth) + ']'.repeat(payloadMaxDepth)))).toMatchObject({
    ok: true,
  });
  for (const open of ['[', '{"a":'])
    expect(parseJson(bytes(open.repeat(1000)))).toMatchObject({ ok: false, rejection: { rule: 'depth' } });
  expect(parseJson(bytes(JSON.stringify('[{"\\'.repeat(500))))).toMatchObject({ ok: true });
});

test('a payload may be as large as the limit and not a byte larger', () => {
  const whole = (length: number) => bytes(`"${'a'.repeat(length - 2)}"`);
  expect(parseJson(whole(payloadMaxBytes))).toMatchObject({ ok: true });
  expect(parseJson(whole(payloadMaxBytes + 1))).toMatchObject({ ok: false, rejection: { rule: 'size' } });
});

test('a megabyte is turned away without being read', () => {
  const payload = new Uint8Array(1_048_576).fill(0x5b);
  expect(parseMessage('reading', payload)).toEqual({
    ok: false,
    rejection: { rule: 'size', path: '', expected: 'at most 8192 bytes', got: '1048576 bytes' },
  });
});

const utf16 = fc.uint8Array({ maxLength: 400 }).map((units) => Buffer.from(units).toString('utf16le'));

test('an excerpt is short, on one line and free of control characters', () => {
  fc.assert(
    fc.property(fc.oneof(utf16, fc.jsonValue()), (value) => {
      const text = excerpt(value);
      expect(text.length).toBeLessThanOrEqual(80);
      expect(text).toMatch(/^[ -~\u00a0-\uffff]*$/);
    }),
  );
});
