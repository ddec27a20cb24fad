import { afterAll, describe, expect, it } from 'vitest';
import { manners, openWorld, type World } from './test-world.ts';

const hour = 3_600_000;

/** What happens to a device whose rhythm is known, and how its value stands at the end. */
interface Happening {
  name: string;
  /** `expectedMs` is what was learned until then. */
  happens: (world: World, expectedMs: number) => void;
  state: 'live' | 'late' | 'stale' | 'silent';
}

const happenings: readonly Happening[] = [
  { name: 'goes on', happens: (world) => world.report(5), state: 'live' },
  { name: 'is overdue', happens: (world, ms) => world.wait(1.6 * ms), state: 'late' },
  { name: 'is long overdue', happens: (world, ms) => world.wait(1.9 * ms), state: 'stale' },
  { name: 'stops, and its will is lost', happens: (world, ms) => world.wait(2 * ms + 1), state: 'silent' },
  {
    name: 'stops, and the will says so',
    happens: (world) => world.connection(false),
    state: 'stale',
  },
  {
    name: 'stops, and the broker repeats what it retained',
    happens(world, ms) {
      for (let i = 0; i < 3; i++) {
        world.wait(0.7 * ms);
        world.say({ isRetained: true });
      }
    },
    state: 'silent',
  },
  {
    name: 'stops and comes back',
    happens(world, ms) {
      world.wait(20 * ms);
      world.report(2);
    },
    state: 'live',
  },
  {
    name: 'stops for the second time',
    happens(world, ms) {
      world.wait(20 * ms);
      world.report(40);
      world.wait(2 * world.freshness().expectedMs + 1);
    },
    state: 'silent',
  },
  {
    name: 'hands in what it kept',
    happens(world, ms) {
      world.wait(5 * ms);
      for (let i = 0; i < 5; i++) {
        world.wait(1000);
        world.say({ isLate: true });
      }
    },
    state: 'stale',
  },
  {
    name: 'hands in what it kept and says nothing new',
    happens(world, ms) {
      world.wait(5 * ms);
      world.say({ isLate: true });
      world.wait(20_000);
    },
    state: 'silent',
  },
  {
    name: 'reboots again and again',
    happens(world, ms) {
      for (let i = 0; i < 100; i++) {
        world.wait(ms / 20);
        world.say();
      }
    },
    state: 'live',
  },
  {
    name: 'has a clock that is hours wrong',
    happens(world, ms) {
      for (const skewMs of [-9 * hour, 4 * hour]) {
        world.wait(0.9 * ms);
        world.say({ skewMs });
      }
    },
    state: 'live',
  },
  {
    name: 'goes on while our clock jumps a day ahead',
    happens(world) {
      world.report(1);
      world.jump(24 * hour);
    },
    state: 'live',
  },
  {
    name: 'stops while our clock is set back',
    happens(world, ms) {
      world.jump(-24 * hour);
      world.wait(2 * ms + 1);
    },
    state: 'silent',
  },
  {
    name: 'goes on over the change of an hour',
    happens(world) {
      world.jump(hour);
      world.report(3);
    },
    state: 'live',
  },
  {
    name: 'goes on while we start anew',
    happens(world) {
      world.restart(5000);
      world.report(3);
    },
    state: 'live',
  },
  {
    name: 'was not heard since we came back from a day away',
    happens: (world) => world.restart(24 * hour),
    state: 'late',
  },
  {
    name: 'stops before we start anew',
    happens(world, ms) {
      world.wait(2 * ms + 1);
      world.restart(hour);
    },
    state: 'silent',
  },
  {
    name: 'stops while we are away',
    happens(world, ms) {
      world.restart(24 * hour);
      world.wait(2 * ms + 1);
    },
    state: 'silent',
  },
  {
    name: 'stops at times between which we start anew often',
    happens(world, ms) {
      for (let i = 0; i < 5; i++) {
        world.restart(60_000);
        world.wait(ms / 3);
      }
    },
    state: 'late',
  },
  {
    name: 'goes on while the broker starts anew',
    happens(world, ms) {
      world.away(3 * ms);
      world.report(2);
    },
    state: 'live',
  },
  {
    name: 'stops while the broker is away',
    happens(world, ms) {
      world.away(10 * ms);
      world.wait(2 * ms + 1);
    },
    state: 'silent',
  },
];

const rows = happenings.flatMap((happening) => manners.map((manner) => ({ ...happening, manner })));
const tally = { found: 0, missed: 0, falsely: 0, rightly: 0 };

describe('a value that is reported', () => {
  afterAll(() => {
    const { found, missed, falsely, rightly } = tally;
    const share = (part: number, rest: number): string => (part / (part + rest)).toFixed(4);
    process.stdout.write(
      `${rows.length} scenarios: silence with precision ${share(found, falsely)}, recall ${share(found, missed)}; ${rightly} without\n`,
    );
  });

  it.each(rows)('$manner.name, $name: $state', ({ manner, happens, state }) => {
    using world = openWorld(manner, rows.length + manner.name.length);
    world.say();
    world.report(60);
    const { rhythm, expectedMs } = world.freshness();
    happens(world, expectedMs);
    const ended = world.freshness();
    const isFound = ended.state === 'silent';
    if (state === 'silent') tally[isFound ? 'found' : 'missed']++;
    else tally[isFound ? 'falsely' : 'rightly']++;
    expect(ended.state).toBe(state);
    expect(rhythm).not.toBe('unlearned');
    for (const at of [ended.lateAt, ended.staleAt, ended.silentAt])
      expect(at ?? Infinity).toBeGreaterThan(world.nowAt());
  });

  it('keeps what was learned over a restart', () => {
    for (const manner of manners) {
      using world = openWorld(manner, 7);
      world.say();
      world.report(60);
      const { rhythm, expectedMs } = world.freshness();
      world.restart(hour);
      expect(world.freshness()).toMatchObject({ rhythm, expectedMs });
    }
  });

  it('comes to each state at the moment that was named while it was live', () => {
    using world = openWorld(manners[0]!, 1);
    world.say();
    world.report(20);
    const { lateAt, staleAt, silentAt } = world.freshness();
    for (const [state, at] of [
      ['late', lateAt!],
      ['stale', staleAt!],
      ['silent', silentAt!],
    ] as const) {
      world.wait(at - 1 - world.nowAt());
      expect(world.freshness().state).not.toBe(state);
      world.wait(1);
      expect(world.freshness().state).toBe(state);
      expect(world.nowAt() - world.freshness().since).toBeLessThanOrEqual(1);
    }
    expect(world.freshness()).toMatchObject({ lateAt: null, staleAt: null, silentAt: null });
  });

  it('becomes no worse than late by itself while nobody listens', () => {
    using world = openWorld(manners[0]!, 1);
    world.say();
    world.report(20);
    world.listen(false);
    expect(world.freshness()).toMatchObject({ lateAt: expect.any(Number), staleAt: null, silentAt: null });
  });

  it('that only the broker repeats is as old as it is, and no sign of life', () => {
    using world = openWorld(manners[0]!, 1);
    world.say({ isRetained: true, skewMs: -24 * hour });
    expect(world.freshness()).toMatchObject({ state: 'late' });
  });

  it('is judged by the manifest until its rhythm is known', () => {
    using world = openWorld({ name: '', periodMs: 60_000, interval: () => 10_000 }, 1);
    world.say();
    world.report(4);
    expect(world.freshness()).toMatchObject({ rhythm: 'unlearned', expectedMs: 60_000 });
  });

  it.each(manners)(
    'is never silent in two months in which a device reports $name',
    ({ losesReadings = false, ...manner }) => {
      const worst = { stale: 0, silent: 0 };
      for (const seed of [1, 2]) {
        using world = openWorld(manner, seed);
        world.say();
        world.report(40);
        const endAt = world.nowAt() + 30 * 24 * hour;
        while (world.nowAt() < endAt) {
          for (const state of world.report(50)) if (state === 'stale' || state === 'silent') worst[state]++;
          world.restart(30_000);
        }
      }
      const { stale, silent } = worst;
      process.stdout.write(
        `${manner.name}, 2 device-months: ${stale} readings came to a stale value, ${silent} to a silent one\n`,
      );
      // A reading that is lost makes the value stale until the next; that is so.
      expect({ ...worst, ...(losesReadings && { stale: 0 }) }).toEqual({ stale: 0, silent: 0 });
    },
  );
});
