import { expect, test } from 'vitest';
import { parseCommandLine } from './command-line.ts';
import { parseOrder } from './orders.ts';

test('a run is read with its options', () => {
  expect(
    parseCommandLine(['run', 'a.yaml', '--for', '10m', '--speed', 'max', '--seed', '7', '--devices', '20']),
  ).toEqual({
    verb: 'run',
    file: 'a.yaml',
    forMs: 600_000,
    speed: 'max',
    seed: 7,
    devices: 20,
    isPlain: false,
    isJson: false,
  });
  expect(parseCommandLine(['run', 'a.yaml'])).toMatchObject({ forMs: Infinity, speed: 1 });
  expect(parseCommandLine(['record', 'mqtt://a', 'b', '--for', '1s'])).toEqual({
    verb: 'record',
    place: { url: 'mqtt://a' },
    file: 'b',
    filter: '#',
    forMs: 1000,
  });
  expect(parseCommandLine([])).toEqual({ verb: 'help' });
});

test.for([
  [['run'], /run takes FILE/],
  [['run', 'a', 'b'], /one word too many: b/],
  [['record', 'mqtt://a'], /record takes URL FILE/],
  [['replay', 'a', 'b'], /a broker is an address/],
  [['replay', 'a', 'mqtt://b', '--seed', '1'], /replay takes no --seed/],
  [['run', 'a', '--speed', '0'], /--speed takes a number or max/],
  [['run', 'a', '--devices', '10001'], /whole number from 1 to 10000/],
  [['run', 'a', '--fast'], /--fast/],
] as const)('%s is refused', ([argv, words]) => {
  expect(() => parseCommandLine(argv)).toThrow(words);
});

test.for([
  [
    'fault kitchen-* drop 30s',
    { verb: 'fault', order: { devices: 'kitchen-*', fault: 'drop', forMs: 30_000 } },
  ],
  ['fault a delay by=5s', { verb: 'fault', order: { devices: 'a', fault: 'delay', by: '5s' } }],
  ['mend *', { verb: 'mend', devices: '*' }],
  ['  ', null],
  ['quit', { verb: 'quit' }],
] as const)('the line "%s" is an order', ([line, order]) => {
  expect(parseOrder(line)).toEqual(order);
});

test.for([
  ['fault a drp', /there is no fault drp/],
  ['fault', /takes device ids/],
  ['fault a drop soon', /no duration/],
  ['break a', /there is no break/],
] as const)('the line "%s" is told what is wrong', ([line, words]) => {
  expect(parseOrder(line)).toMatch(words);
});
