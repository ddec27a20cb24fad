import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkChapters } from '@hearth/contract';
import { expect, test } from 'vitest';
import { checks, runningOrder } from './checks.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/device-makers.md'), 'utf8');

test('each check has a name of its own in its chapter, and words that help', () => {
  const ids = checks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, says, mend } of checks) {
    expect(id).toMatch(/^[a-z]+\.[a-z-]+$/);
    expect(says, id).toMatch(/^[a-z].{15,}[^.]$/);
    expect(mend, id).toMatch(/^[A-Z].{30,}\.$/);
  }
});

test('the chapters are those that the contract names, in their order', () => {
  const chapters = new Set(checks.map(({ id }) => id.split('.')[0]));
  expect([...chapters]).toEqual(checkChapters);
});

test('each check runs once', () => {
  expect(runningOrder.map(({ id }) => id).sort()).toEqual(checks.map(({ id }) => id).sort());
});

test('each clause is a heading of the guide for device makers', () => {
  const headings = new Set([...guide.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading));
  for (const { id, clause } of checks) expect(headings, id).toContain(clause);
});

test('what is made shorter by --quick is shorter, and harsher in nothing but its rate', () => {
  for (const { id, span } of checks) if (span) expect(span.quick, id).toBeLessThan(span.full);
});
