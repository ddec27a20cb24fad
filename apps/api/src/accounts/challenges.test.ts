import { expect, it } from 'vitest';
import { createChallenges } from './challenges.ts';

it('holds once, for five minutes, for its purpose, and none that was altered or is of another process', () => {
  const clock = { ms: 0 };
  const challenges = createChallenges(() => clock.ms);
  const made = challenges.make('sign-in').toString('base64url');
  expect(challenges.holds(made, 'sign-in')).toBe(true);
  expect(challenges.use(made, 'add 1')).toBe(false);
  const altered = Buffer.from(made, 'base64url');
  altered[5]! ^= 1;
  expect(challenges.holds(altered.toString('base64url'), 'sign-in')).toBe(false);
  expect(createChallenges(() => 0).holds(made, 'sign-in')).toBe(false);
  expect(challenges.holds('', 'sign-in')).toBe(false);
  expect(challenges.use(made, 'sign-in')).toBe(true);
  // The same bytes in another spelling are no other challenge.
  expect(challenges.use(`${made}==`, 'sign-in')).toBe(false);
  const late = challenges.make('sign-in').toString('base64url');
  clock.ms = 300_000;
  expect(challenges.use(late, 'sign-in')).toBe(false);
});
