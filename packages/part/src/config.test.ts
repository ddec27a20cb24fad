import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const schema = Type.Object({
  HEARTH_HTTP_PORT: Type.Integer({ default: 8080, minimum: 0, maximum: 65_535 }),
  HEARTH_DATA_DIR: Type.String({ default: './data' }),
  HEARTH_DEMO: Type.Enum(['auto', 'on', 'off'], { default: 'auto' }),
  HEARTH_DEVICE_BROKER_URL: Type.Optional(Type.String({ pattern: '^mqtt://', examples: ['mqtt://a:1883'] })),
});
const defaults = { HEARTH_HTTP_PORT: 8080, HEARTH_DATA_DIR: './data', HEARTH_DEMO: 'auto' };

test('what is not set takes its default, and what has none stays out', () => {
  expect(readConfig(schema, {})).toEqual(defaults);
});

test('an empty variable counts as not set', () => {
  expect(readConfig(schema, { HEARTH_HTTP_PORT: '', HEARTH_DEVICE_BROKER_URL: '' })).toEqual(defaults);
});

test('text of the environment becomes the type that the schema names', () => {
  expect(readConfig(schema, { HEARTH_HTTP_PORT: '0', HEARTH_DATA_DIR: '42' })).toEqual({
    ...defaults,
    HEARTH_HTTP_PORT: 0,
    HEARTH_DATA_DIR: '42',
  });
});

test('variables that the schema does not name are left alone', () => {
  expect(readConfig(schema, { PATH: '/bin', HEARTH_LOG_LEVEL: 'nonsense' })).toEqual(defaults);
});

test.for([
  [{ HEARTH_HTTP_PORT: 'eighty' }, 'HEARTH_HTTP_PORT has to be a whole number from 0 to 65535, got "eighty"'],
  [{ HEARTH_HTTP_PORT: '80.5' }, 'HEARTH_HTTP_PORT has to be a whole number from 0 to 65535, got "80.5"'],
  [{ HEARTH_HTTP_PORT: '65536' }, 'HEARTH_HTTP_PORT has to be a whole number from 0 to 65535, got "65536"'],
  [{ HEARTH_HTTP_PORT: '-1' }, 'HEARTH_HTTP_PORT has to be a whole number from 0 to 65535, got "-1"'],
  [{ HEARTH_DEMO: 'yes' }, 'HEARTH_DEMO has to be one of auto, on, off, got "yes"'],
  [
    { HEARTH_DEVICE_BROKER_URL: 'http://x' },
    'HEARTH_DEVICE_BROKER_URL has to be such as mqtt://a:1883, got "http://x"',
  ],
] as const)('%j is refused in one line that names it', ([env, message]) => {
  expect(() => readConfig(schema, env)).toThrow(new ConfigError(message));
});

test('a secret that does not fit is not told', () => {
  const secret = Type.Object({
    HEARTH_URL: Type.String({ pattern: '^x:', examples: ['x:y'], writeOnly: true }),
  });
  const message = 'HEARTH_URL has to be such as x:y';
  expect(() => readConfig(secret, { HEARTH_URL: 'y:secret' })).toThrow(new ConfigError(message));
});

test('a variable that must be set and is not is named', () => {
  const needed = Type.Object({ HEARTH_SECRET: Type.String() });
  expect(() => readConfig(needed, {})).toThrow(/^HEARTH_SECRET is not set/);
});
