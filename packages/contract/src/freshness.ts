import { Type, type Static } from 'typebox';
import { Instant } from './ids.ts';
import { ms, nullable } from './shorthand.ts';

/** How far one value of a device may be believed. Time in which Hearth did not listen is in none of it. */
export const ValueFreshness = Type.Object({
  state: Type.Enum(['live', 'late', 'stale', 'silent']),
  rhythm: Type.Enum(['unlearned', 'periodic', 'on-change', 'sleepy'], {
    description: 'How it is reported, as learned; unlearned: what the manifest states holds.',
  }),
  expectedMs: ms,
  since: Instant,
  lateAt: nullable(Instant, {
    description: 'When it becomes late if nothing comes; null where it is, or does not by itself.',
  }),
  staleAt: nullable(Instant, { description: 'In the same way, stale.' }),
  silentAt: nullable(Instant, { description: 'In the same way, silent.' }),
});
export type ValueFreshness = Static<typeof ValueFreshness>;
