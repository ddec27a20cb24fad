import type { RetentionRules, Storage } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { draftOf, figuresUnder, isShorter, rulesOf } from './retention-draft.ts';

const rules: RetentionRules = [
  { readingsDays: 730, rollupsDays: null },
  { quantity: 'power', readingsDays: 90 },
  { device: 'hall', quantity: 'power', readingsDays: null },
  { quantity: 'power', rollupsDays: 3650 },
];

const storage: Storage = {
  usedB: 10e6,
  freeB: 1e9,
  perYearB: 40e6,
  years: 25,
  settlesAtB: null,
  series: ['temperature', 'power'].map((quantity) => ({
    device: 'hall',
    quantity: quantity as 'temperature',
    readings: 1000,
    bytes: 5e6,
    readingsBPerYear: 15e6,
    rollupsBPerYear: 5e6,
  })),
  rules: [],
  retention: { lastRunAt: null, readings: 0, waits: null },
};

describe('a draft', () => {
  it('stands for the rules that it was made of', () => {
    const draft = draftOf(rules);
    expect(draft).toMatchObject({ readingsDays: 730, rollupsDays: null, byQuantity: { power: 90 } });
    expect(draft.others).toHaveLength(2);
    expect(draftOf(rulesOf(draft))).toEqual(draft);
    expect(rulesOf(draftOf([]))).toEqual([]);
  });

  it('takes the first of two rules for the same, as the server does', () => {
    expect(draftOf([{ readingsDays: 30 }, { readingsDays: 60 }]).readingsDays).toBe(30);
  });
});

describe('what other rules promise', () => {
  it('is what the free room lasts for while something is kept for ever', () => {
    expect(figuresUnder([], storage)).toMatchObject({ years: 25, settlesAtB: null });
    expect(figuresUnder([{ readingsDays: 365 }], storage).years).toBeCloseTo((1e9 - 20e6) / 10e6, 0);
  });

  it('is where the readings settle once nothing is', () => {
    const { years, settlesAtB } = figuresUnder([{ readingsDays: 365, rollupsDays: 730 }], storage);
    expect(years).toBeNull();
    expect(settlesAtB! / 1e6).toBeCloseTo(50, 0);
  });

  it('is not known before the rate is', () => {
    expect(figuresUnder([], { ...storage, perYearB: null, series: [] })).toMatchObject({
      perYearB: null,
      years: null,
      settlesAtB: null,
    });
  });
});

it('tells whether something is deleted that was kept before', () => {
  expect(isShorter([{ readingsDays: 365 }], [], storage)).toBe(true);
  expect(isShorter([], [{ readingsDays: 365 }], storage)).toBe(false);
  expect(isShorter([{ quantity: 'power', readingsDays: 30 }], [{ readingsDays: 60 }], storage)).toBe(true);
  expect(isShorter([{ readingsDays: 365 }], [], { ...storage, series: [] })).toBe(true);
  expect(isShorter([{ device: 'gone', readingsDays: 1 }], [], storage)).toBe(false);
});
