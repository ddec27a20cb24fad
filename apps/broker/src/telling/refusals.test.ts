import type { Refused } from '@hearth/contract';
import { createLog } from '@hearth/part';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Breach } from '../access/access.ts';
import { createRefusals } from './refusals.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function openRefusals() {
  const told: Refused[] = [];
  const refusals = createRefusals((refused) => told.push(refused), createLog('broker', 'silent'));
  return { told, refusals, [Symbol.dispose]: () => refusals[Symbol.dispose]() };
}
const breach = (rule: Breach['rule'], topic?: string): Breach => ({
  rule,
  detail: `About ${rule}.`,
  ...(topic !== undefined && { topic }),
});

test('of several mistakes within a second each is told with its own reason and count', () => {
  using rig = openRefusals();
  rig.refusals.note('lamp', breach('keepalive'), 'not-connected', '10.0.0.7');
  for (let i = 0; i < 3; i++) rig.refusals.note('lamp', breach('foreign-topic', 'a'), 'closed');
  rig.refusals.note('lamp', breach('foreign-topic', 'b'), 'closed');
  rig.refusals.note('lamp', breach('qos', 'a'), 'closed');
  expect(rig.told).toMatchObject([
    { rule: 'keepalive', consequence: 'not-connected', address: '10.0.0.7', count: 1 },
  ]);
  vi.advanceTimersByTime(1000);
  expect(rig.told.slice(1)).toMatchObject([
    { client: 'lamp', rule: 'foreign-topic', topic: 'a', consequence: 'closed', count: 3 },
    { rule: 'foreign-topic', topic: 'b', count: 1 },
    { rule: 'qos', topic: 'a', count: 1 },
  ]);
});

test('a flood of ever other topics is told in few words, and all of it is counted', () => {
  using rig = openRefusals();
  for (let i = 0; i < 1001; i++) rig.refusals.note('lamp', breach('foreign-topic', `t${i}`), 'closed');
  vi.advanceTimersByTime(1000);
  expect(rig.told.length).toBeLessThanOrEqual(18);
  expect(rig.told.reduce((sum, { count }) => sum + count, 0)).toBe(1001);
});

test('strangers are not told of', () => {
  using rig = openRefusals();
  for (let i = 0; i < 5; i++) rig.refusals.note(null, breach('wrong-secret'), 'not-connected', '10.0.0.7');
  vi.advanceTimersByTime(5000);
  expect(rig.told).toEqual([]);
});
