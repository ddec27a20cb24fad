import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventParser } from './event-stream.ts';

const stream = [
  ': a comment',
  'event: hello',
  'data: {"now":1}',
  '',
  'id: s-7',
  'event: reading',
  'data: {"a":',
  'data: 1}',
  '',
  'retry: 3000',
  '',
  'data:no space',
  '',
  '',
].join('\n');

const expected = [
  { event: 'hello', data: '{"now":1}', id: '' },
  { event: 'reading', data: '{"a":\n1}', id: 's-7' },
  { event: 'message', data: 'no space', id: 's-7' },
];

describe('the event parser', () => {
  it('reads names, ids and data of several lines, and skips comments', () => {
    expect(createEventParser()(stream)).toEqual(expected);
  });

  it('gives the same events wherever the network cuts the stream, with any line ending', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(stream.length * 2), { maxLength: 12 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (cuts, ending) => {
          const text = `${stream.replaceAll('\n', ending)}${ending === '\r' ? ':' : ''}`;
          const parse = createEventParser();
          const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
          const events = places.slice(1).flatMap((end, i) => parse(text.slice(places[i], end)));
          expect(events).toEqual(expected);
        },
      ),
    );
  });
});
