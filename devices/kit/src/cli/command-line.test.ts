import { expect, test } from 'vitest';
import { UsageError } from '@hearth/part';
import { parseCommandLine } from './command-line.ts';

const parse = (line: string) => parseCommandLine(line.split(' ').filter((word) => word !== ''));

test('a device is checked with defaults that just work', () => {
  expect(parse('check --device hall --run ./hall --quick')).toEqual({
    verb: 'check',
    device: 'hall',
    home: 'home',
    host: '127.0.0.1',
    port: 0,
    isPlain: false,
    isQuick: true,
    run: './hall',
    keyFile: 'data/kit/key.pem',
    signer: '',
  });
});

test('who moves the device is the device itself, or a command', () => {
  expect(parse('check --device hall --run ./hall --hand input')).toMatchObject({ hand: 'input' });
  expect(parse('check --device hall --hand ./rig')).toMatchObject({ hand: { command: './rig' } });
});

test('chapters and checks can be chosen', () => {
  expect(parse('check --device hall --only connect,birth.order')).toMatchObject({
    only: ['connect', 'birth.order'],
  });
});

test.for([
  ['check', /--device/],
  ['check --device Hall', /no id/],
  ['check --device hall --home x', /no home/],
  ['check --device hall --port 99999', /no port/],
  ['check --device hall --hand input', /belongs to --run/],
  ['check --device hall --fast', /--fast/],
  ['check --device hall --only births', /no check births/],
  ['verify', /takes a file/],
  ['verify a b', /what is b/],
  ['certify', /no verb certify/],
] as const)('%s cannot be understood', ([line, why]) => {
  expect(() => parse(line)).toThrow(UsageError);
  expect(() => parse(line)).toThrow(why);
});

test('help is there for whoever says nothing', () => {
  expect(parse('')).toEqual({ verb: 'help' });
  expect(parse('check --help')).toEqual({ verb: 'help' });
});
