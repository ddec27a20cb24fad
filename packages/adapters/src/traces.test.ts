import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adapters } from './adapters.ts';
import { openTest } from './test-session.ts';
import { parseTrace, readTrace, tracesFolder } from './test-traces.ts';

const names = readdirSync(tracesFolder).map((file) => file.replace(/\.jsonl$/, ''));
const source = {
  source: 'documentation',
  of: 'A program',
  version: '1',
  url: 'https://example.org/mqtt',
  date: '2026-11-30',
  note: 'Nothing was there.',
};
const message = { name: 'state', topic: 'a/b', payload: 'x' };
const lines = (...each: object[]): string => each.map((line) => `${JSON.stringify(line)}\n`).join('');

/** As the bridge does: what the first adapter says that has anything to say. */
function openAll() {
  const sessions = adapters.map((adapter) => openTest(adapter));
  return (...[topic, payload, options]: Parameters<(typeof sessions)[number]['hear']>) => {
    for (const session of sessions) {
      const said = session.hear(topic, payload, options);
      if (said.length > 0) return said;
    }
    return [];
  };
}

describe('a trace', () => {
  it.each(names)('of %s says of its devices what it is written to say', (name) => {
    const hear = openAll();
    for (const { name: what, topic, payload, retained, says } of readTrace(name).messages) {
      const said = hear(topic, payload, { isRetained: retained ?? false });
      expect(
        said.filter(({ kind }) => kind === 'rejected'),
        what,
      ).toEqual([]);
      if (!says) continue;
      const measured = said.flatMap((each) =>
        each.kind === 'heard' && each.arrival ? [[each.device.id, each.arrival.values] as const] : [],
      );
      if ('*' in says)
        expect(
          measured.map(([, values]) => values),
          what,
        ).toEqual([says['*']]);
      else expect(Object.fromEntries(measured), what).toEqual(says);
    }
  });

  it('has at least one message that says something', () => {
    for (const name of names)
      expect(
        readTrace(name).messages.some(({ says = {} }) => Object.keys(says).length > 0),
        name,
      ).toBe(true);
  });

  it('tells whether it was captured, or from which page it was written', () => {
    expect(parseTrace(lines(source, message)).message('state')).toEqual(message);
    const { url: _, ...captured } = source;
    expect(parseTrace(lines({ ...captured, source: 'captured' }, message)).messages).toHaveLength(1);
  });

  it.each([
    ['no source', message],
    ['no page', { ...source, url: undefined }],
    ['no version', { ...source, version: '' }],
    ['no date', { ...source, date: 'in November' }],
    ['a source of another kind', { ...source, source: 'somebody said' }],
  ])('is refused with %s', (_, first) => {
    expect(() => parseTrace(lines(first, message))).toThrow(/^a trace without a source/);
  });

  it('is refused with a line that is no message', () => {
    expect(() => parseTrace(lines(source, { topic: 'a/b', payload: 'x' }))).toThrow(/not a message/);
  });
});
