import { afterAll, describe, expect, test } from 'vitest';
import { manners, openWorld, type Manner, type World } from '../monitoring/test-world.ts';
import { calm, startWatch } from './test-house.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** What happens to a device whose rhythm is known, and what is right to tell of it. */
interface Happening {
  name: string;
  /** `silentMs`: surely silent by then, twice what its rhythm allows and more than half an hour. */
  happens: (world: World, silentMs: number) => void;
  alerts: readonly string[];
}

const silent = ['fired value-silent'];
const offline = ['fired device-offline'];
const flapping = ['fired flapping'];
const flap = (world: World, times: number): void => {
  for (let i = 0; i < times; i++) {
    world.connection(false);
    world.wait(3 * minute);
    world.connection(true);
    world.say();
    world.wait(minute);
  }
};
const restarted = (world: World, goneMs: number): void => world.restart(goneMs);

const happenings: readonly Happening[] = [
  { name: 'goes on', happens: (world) => world.report(10), alerts: [] },
  { name: 'stops, and its will is lost', happens: (world, ms) => world.wait(ms), alerts: silent },
  {
    name: 'stops and comes back',
    happens(world, ms) {
      world.wait(ms);
      world.say();
      world.report(10);
    },
    alerts: [...silent, 'resolved value-silent'],
  },
  {
    name: 'stops, and the broker repeats what it retained',
    happens(world, ms) {
      for (let i = 0; i < 10; i++) {
        world.wait(ms / 10);
        world.say({ isRetained: true });
      }
    },
    alerts: silent,
  },
  {
    name: 'stops, and its will says so',
    happens(world, ms) {
      world.connection(false);
      world.wait(ms);
    },
    alerts: offline,
  },
  {
    name: 'loses its connection for three minutes four times',
    happens: (world) => flap(world, 4),
    alerts: [],
  },
  {
    name: 'loses its connection for three minutes again and again',
    happens: (world) => flap(world, 30),
    alerts: flapping,
  },
  {
    name: 'comes and goes for two hours, also over a start of ours, and stays then',
    happens(world) {
      flap(world, 20);
      world.restart(minute);
      flap(world, 10);
      for (let i = 0; i < 30; i++) {
        world.wait(4 * minute);
        world.say();
      }
    },
    alerts: [...flapping, 'resolved flapping'],
  },
  {
    name: 'comes and goes, and is gone',
    happens(world, ms) {
      flap(world, 10);
      world.connection(false);
      world.wait(ms + hour);
    },
    alerts: [...flapping, 'fired device-offline', 'resolved flapping'],
  },
  {
    name: 'loses its connection for an hour',
    happens(world) {
      world.connection(false);
      world.wait(hour);
      world.connection(true);
      world.say();
      world.report(10);
    },
    alerts: [...offline, 'resolved device-offline'],
  },
  {
    name: 'goes on over starts of ours',
    happens(world) {
      for (const goneMs of [5000, hour, day]) {
        restarted(world, goneMs);
        world.report(4);
      }
    },
    alerts: [],
  },
  {
    name: 'stops before we start anew',
    happens(world, ms) {
      world.wait(ms);
      restarted(world, hour);
      world.wait(2 * hour);
    },
    alerts: silent,
  },
  {
    name: 'stops while we are away',
    happens(world, ms) {
      restarted(world, day);
      world.wait(ms);
    },
    alerts: silent,
  },
  {
    name: 'goes on while the broker is away for an hour',
    happens(world) {
      world.away(hour);
      world.say();
      world.report(10);
    },
    alerts: ['fired broker-away', 'resolved broker-away'],
  },
  {
    name: 'goes on while our clock jumps, and over the change of an hour',
    happens(world) {
      for (const ms of [day, -day, hour, -hour]) {
        world.jump(ms);
        world.report(4);
      }
    },
    alerts: [],
  },
  {
    name: 'stops while our clock is set back',
    happens(world, ms) {
      world.jump(-day);
      world.wait(ms + day);
    },
    alerts: silent,
  },
];

/** The real monitoring and the real conditions over one device; what they said, without its name. */
function openWatched(manner: Manner, seed: number) {
  const said: string[] = [];
  const watch = startWatch();
  const world = openWorld(manner, seed, () => {
    const broker = { isConnected: world.isListening(), since: null };
    const changes = watch.look(world.nowAt(), {
      ...calm,
      broker,
      comings: () => world.comings(),
      devices: [world.device()],
    });
    said.push(...changes.map((line) => line.replace(/ \S+$/, '')));
  });
  const restart = world.restart.bind(world);
  world.restart = (goneMs) => {
    restart(goneMs);
    watch.restart(goneMs / minute, world.nowAt());
  };
  world.say();
  return { world, said };
}

/** Enough reports for its rhythm to be known. */
const known = 40;

describe('alerts of a device that reports', () => {
  const counts = { right: 0, missed: 0, wrong: 0 };
  for (const manner of manners)
    test.for(happenings)(`${manner.name}, and $name`, ({ happens, alerts }) => {
      const { world, said } = openWatched(manner, 3);
      using _ = world;
      world.report(known);
      expect(said).toEqual([]);
      happens(world, 3 * world.freshness().expectedMs + hour);
      const rest = [...said];
      for (const each of alerts) {
        const at = rest.indexOf(each);
        if (at === -1) counts.missed++;
        else counts.right += rest.splice(at, 1).length;
      }
      counts.wrong += rest.length;
      expect(said).toEqual(alerts);
    });
  afterAll(() => {
    const { right, missed, wrong } = counts;
    const [precision, recall] = [right / (right + wrong), right / (right + missed)];
    process.stdout.write(
      `alerts: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, of ${right + missed}\n`,
    );
  });
});

/** Months of one device altogether; `npm test` says how many (scripts/test/depth.mjs). */
const months = Number(process.env['TEST_ALERT_MONTHS'] ?? 1);

test(
  `over ${months} months, with starts of ours each day, fewer than one alert a month is false`,
  { timeout: 300_000 },
  () => {
    const daysOfEach = (months * 30) / manners.length;
    const all = manners.flatMap((manner, seed) => {
      const { world, said } = openWatched(manner, seed);
      using _ = world;
      const endAt = world.nowAt() + daysOfEach * day;
      for (let restartAt = world.nowAt() + day; world.nowAt() < endAt;) {
        world.report(1);
        if (world.nowAt() < restartAt) continue;
        restartAt += day;
        world.restart(minute);
      }
      return said.filter((line) => line.startsWith('fired')).map((line) => `${manner.name}: ${line}`);
    });
    process.stdout.write(`false alerts: ${all.length} in ${months} months of a device\n`);
    expect(all.length, all.join()).toBeLessThanOrEqual(months);
  },
);
