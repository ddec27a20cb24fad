import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  messageKinds,
  messageRules,
  parseMessage,
  routes,
  type MessageKind,
  type Route,
} from '@hearth/contract';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { referenceDir, referenceDocuments } from '../scripts/docs/documents.ts';

const require = createRequire(import.meta.url);
const read = (name: string) => readFileSync(join(referenceDir, name), 'utf8');

test.for(Object.entries(referenceDocuments()))('docs/reference/%s is current', ([name, text]) => {
  expect(read(name) === text, 'run `pnpm docs`').toBe(true);
});

test('the OpenAPI document is valid and has every route', async () => {
  const document = JSON.parse(read('openapi.json')) as { paths: Record<string, Record<string, unknown>> };
  const result = await new Validator().validate(structuredClone(document));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
  for (const { path, method } of Object.values<Route>(routes))
    expect(document.paths[path.replace(/:(\w+)/u, '{$1}')]).toHaveProperty(method.toLowerCase());
});

test('an OpenAPI document with a planted mistake is not valid', async () => {
  const document = JSON.parse(read('openapi.json')) as { info: { title?: string } };
  delete document.info.title;
  expect(await new Validator().validate(document)).toMatchObject({ valid: false });
});

test('the AsyncAPI document is valid, and one with a planted mistake is not', () => {
  const schema = require('@asyncapi/specs/schemas/3.0.0.json') as { definitions: Record<string, unknown> };
  // ajv brings draft-07's own schema; the copy in AsyncAPI's would clash with it.
  delete schema.definitions['http://json-schema.org/draft-07/schema'];
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  const document = JSON.parse(read('asyncapi.json')) as { operations: Record<string, { action: string }> };
  expect(validate(document), JSON.stringify(validate.errors?.slice(0, 5))).toBe(true);
  document.operations['reading'] = { ...document.operations['reading'], action: 'publish' };
  expect(validate(document)).toBe(false);
});

test('every kind of message is a channel with its QoS, and its examples are taken by the parser', () => {
  const document = JSON.parse(read('asyncapi.json')) as {
    channels: Record<MessageKind, { address: string }>;
    operations: Record<MessageKind, { bindings: { mqtt: { qos: number; retain: boolean } } }>;
    components: { messages: Record<MessageKind, { examples: { name: string; payload: unknown }[] }> };
  };
  expect(Object.keys(document.channels)).toEqual([...messageKinds]);
  for (const kind of messageKinds) {
    const { qos, retain } = document.operations[kind].bindings.mqtt;
    expect({ qos, isRetained: retain }).toEqual({
      qos: messageRules[kind].qos,
      isRetained: messageRules[kind].isRetained,
    });
    const { examples } = document.components.messages[kind];
    expect(examples).not.toHaveLength(0);
    for (const { name, payload } of examples)
      expect(parseMessage(kind, Buffer.from(JSON.stringify(payload))), name).toMatchObject({ ok: true });
  }
});
