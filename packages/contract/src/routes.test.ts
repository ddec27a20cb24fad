import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { problems, routes, type Route } from './contract.ts';

const propertyNames = (schema: { properties?: object } = {}) => Object.keys(schema.properties ?? {});
const table: [string, Route][] = Object.entries(routes);

test.for(table)('the schemas of %s are JSON Schema', ([, route]) => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, keywords: ['x-unit'] });
  for (const schema of [route.params, route.query, route.body, route.answer[1]])
    if (schema) expect(() => ajv.compile(JSON.parse(JSON.stringify(schema)) as object)).not.toThrow();
});

test('a method and a path name one route', () => {
  expect(new Set(table.map(([, { method, path }]) => `${method} ${path}`)).size).toBe(table.length);
});

test('what changes something is closed to strangers, but for set-up, signing in, invitations and pairing', () => {
  const open = table
    .filter(([, { method, access }]) => access === 'public' && method !== 'GET')
    .map(([name]) => name);
  expect(open).toEqual([
    'checkSetupCode',
    'setUp',
    'signIn',
    'readInvitation',
    'acceptInvitation',
    'askForPasskey',
    'signInByPasskey',
    'pair',
  ]);
});

test('a body takes no unknown field, and a path’s parameters are described', () => {
  for (const [name, route] of table) {
    if (route.body) expect(route.body, name).toMatchObject({ additionalProperties: false });
    const named = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]);
    expect(propertyNames(route.params), name).toEqual(named);
  }
});

test('problems have an HTTP error’s status and a title of their own', () => {
  const titles = Object.values(problems).map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
  for (const { status } of Object.values(problems)) expect(status).toBeGreaterThanOrEqual(400);
});
