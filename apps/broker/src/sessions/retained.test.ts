import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterMatches, isTopicFilter } from '../access/topics.ts';
import { createRetained } from './retained.ts';

const level = fc.constantFrom('', 'a', 'b', '$SYS', '+', '#');
const path = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const topic = path.filter((text) => text !== '' && !/[+#]/.test(text));
const filter = path.filter((text) => text !== '' && isTopicFilter(text));

test('each filter finds what it matches, once, also among overlapping ones and after removals', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ topic, isEmpty: fc.boolean() }), { maxLength: 30 }),
      fc.array(filter, { minLength: 1, maxLength: 3 }),
      (puts, filters) => {
        const retained = createRetained();
        const model = new Map<string, string>();
        for (const [i, put] of puts.entries()) {
          const payload = put.isEmpty ? '' : String(i);
          retained.put(put.topic, payload, 1);
          if (put.isEmpty) model.delete(put.topic);
          else model.set(put.topic, payload);
        }
        const wanted = [...model].filter(([name]) => filters.some((one) => filterMatches(one, name)));
        const found = [...retained.matching(filters)].map((m) => `${m.topic} ${m.payload.toString()}`);
        expect(found.toSorted()).toEqual(wanted.map((pair) => pair.join(' ')).toSorted());
        expect(retained.count).toBe(model.size);
        expect(retained.bytes).toBe(
          [...model].reduce((sum, [name, text]) => sum + name.length + text.length, 0),
        );
      },
    ),
  );
});

test('an exact filter costs a look-up, however much is retained', () => {
  const retained = createRetained();
  for (let i = 0; i < 50_000; i++) retained.put(`home/${i % 500}/${i}`, String(i), 1);
  const startedAt = performance.now();
  for (let i = 0; i < 100; i++) expect([...retained.matching([`home/${i}/${i}`])]).toHaveLength(1);
  // Linear it took seconds.
  expect(performance.now() - startedAt).toBeLessThan(250);
});
