import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messageKinds, parseMessage } from './contract.ts';

interface Invalid {
  expect: { rule: string; path: string };
  payload?: unknown;
  text?: string;
  hex?: string;
  repeat?: { of: string; times: number };
}

const folder = join(import.meta.dirname, '../payloads');

function examples(state: 'valid' | 'invalid') {
  return messageKinds.flatMap((kind) =>
    readdirSync(join(folder, state, kind)).map((file) => ({
      kind,
      name: file.replace('.json', ''),
      json: JSON.parse(readFileSync(join(folder, state, kind, file), 'utf8')) as unknown,
    })),
  );
}

function bytesOf(file: Invalid): Uint8Array {
  if (file.hex !== undefined) return Buffer.from(file.hex, 'hex');
  if (file.repeat) return Buffer.from(file.repeat.of.repeat(file.repeat.times));
  return Buffer.from(file.text ?? JSON.stringify(file.payload));
}

test.for(examples('valid'))('$kind: $name is taken as it stands', ({ kind, json }) => {
  expect(parseMessage(kind, Buffer.from(JSON.stringify(json)))).toEqual({ ok: true, value: json });
});

test.for(examples('invalid'))('$kind: $name is not taken, and the reason is told', ({ kind, json }) => {
  const file = json as Invalid;
  const parsed = parseMessage(kind, bytesOf(file));
  expect(parsed).toMatchObject({ ok: false, rejection: file.expect });
  if (parsed.ok) return;
  expect(parsed.rejection.expected).not.toBe('');
  expect(parsed.rejection.got.length).toBeLessThanOrEqual(80);
});

test('every kind has examples of both, and an example is of one form', () => {
  for (const kind of messageKinds)
    for (const state of ['valid', 'invalid'] as const)
      expect(examples(state).filter((example) => example.kind === kind)).not.toHaveLength(0);
  for (const { json } of examples('invalid'))
    expect(Object.keys(json as Invalid).filter((key) => key !== 'expect')).toHaveLength(1);
});
