import { describe, expect, it } from 'vitest';
import { addressKey, createDelays, TooManyError } from './delays.ts';

function clocked() {
  const clock = { ms: 1_000_000 };
  return { clock, delays: createDelays({ monotonicMs: () => clock.ms }) };
}

/** Seconds that a try has to wait; 0 when it counts. */
function waitOf(take: () => void): number {
  try {
    take();
    return 0;
  } catch (error) {
    if (error instanceof TooManyError) return error.retryAfterS;
    throw error;
  }
}

describe('delays', () => {
  it('lets five wrong tries pass, then doubles the wait up to 15 minutes', () => {
    const { clock, delays } = clocked();
    const waits: number[] = [];
    for (let i = 0; i < 16; i++) {
      const waitS = waitOf(() => delays.take(['a']));
      if (waitS === 0) continue;
      waits.push(waitS);
      clock.ms += waitS * 1000;
      delays.take(['a']);
    }
    expect(waits.slice(0, 9)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512]);
    expect(Math.max(...waits)).toBe(900);
  });

  it('does not count a try that had to wait, so that impatience costs nothing', () => {
    const { clock, delays } = clocked();
    for (let i = 0; i < 5; i++) delays.take(['a']);
    for (let i = 0; i < 100; i++) expect(waitOf(() => delays.take(['a']))).toBe(2);
    clock.ms += 2000;
    expect(waitOf(() => delays.take(['a']))).toBe(0);
  });

  it('waits for the longest of the keys, and leaves other keys alone', () => {
    const { delays } = clocked();
    for (let i = 0; i < 5; i++) delays.take(['account anna', `address ${i}`]);
    expect(waitOf(() => delays.take(['account anna', 'address 99']))).toBe(2);
    expect(waitOf(() => delays.take(['account bert', 'address 0']))).toBe(0);
  });

  it('forgets after a right one, and an hour after the last wrong one', () => {
    const { clock, delays } = clocked();
    for (let i = 0; i < 5; i++) delays.take(['a']);
    clock.ms += 3_603_000;
    for (let i = 0; i < 5; i++) delays.take(['a']);
    expect(waitOf(() => delays.take(['a']))).toBe(2);
    delays.clear(['a']);
    expect(waitOf(() => delays.take(['a']))).toBe(0);
  });
});

describe('addressKey', () => {
  it.each([
    ['192.168.1.7', 'address 192.168.1.7'],
    ['::ffff:192.168.1.7', 'address 192.168.1.7'],
    ['2001:db8:1:2:aaaa::1', 'address 2001:db8:1:2::/64'],
    ['2001:db8::1', 'address 2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'address fe80:0:0:0::/64'],
    ['::1', 'address 0:0:0:0::/64'],
  ])('puts %s under %s', (address, key) => expect(addressKey(address)).toBe(key));
});
