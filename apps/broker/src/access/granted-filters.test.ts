import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGrantedFilters } from './granted-filters.ts';
import { filterMatches } from './topics.ts';

const level = fc.constantFrom('a', 'b', 'c');
const topic = fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'));
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const steps = fc.array(fc.tuple(filter, fc.oneof(qos, fc.constant(null)), topic), { maxLength: 30 });

test('the QoS of a topic is the highest of the filters that match, after each change', () => {
  fc.assert(
    fc.property(steps, fc.array(topic), (changes, others) => {
      const filters = createGrantedFilters();
      const model = new Map<string, number>();
      for (const [name, granted, asked] of changes) {
        if (granted === null) {
          filters.delete(name);
          model.delete(name);
        } else {
          filters.set(name, granted);
          model.set(name, granted);
        }
        for (const one of [asked, ...others]) {
          const matching = [...model].filter(([known]) => filterMatches(known, one)).map(([, most]) => most);
          expect(filters.qosOf(one)).toBe(Math.max(0, ...matching));
        }
        expect(filters.size).toBe(model.size);
      }
    }),
  );
});
