import type { Device } from '@hearth/contract';
import { afterAll, describe, expect, test } from 'vitest';
import { seeded } from './test-seeded.ts';
import { beginAt, calm, deviceAt, startWatch } from './test-house.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const readMs = 5 * minute;

/** A room that follows the outside in `tauH` hours, heated to 20.5 °C by day and 17 °C by night, or not at all. */
interface Room {
  id: string;
  tauH: number;
  heatsK: number;
  /** The thermometers in it: the steps that each shows, K. */
  stepsK: readonly number[];
}
const rooms: readonly Room[] = [
  { id: 'living', tauH: 30, heatsK: 30, stepsK: [0.1, 0.5] },
  { id: 'bath', tauH: 20, heatsK: 40, stepsK: [0.1, 1] },
  { id: 'study', tauH: 40, heatsK: 30, stepsK: [0.1] },
  { id: 'hall', tauH: 50, heatsK: 20, stepsK: [0.5] },
  { id: 'cellar', tauH: 1500, heatsK: 0, stepsK: [0.5] },
];
const idOf = (room: string, stepK: number): string => `${room}-${stepK}`;
const ids = rooms.flatMap(({ id, stepsK }) => stepsK.map((stepK) => idOf(id, stepK)));

/** A home of these rooms over virtual time; what alerts said of thermometers. The same seed is the same home. */
function openHome(seed: number, from = beginAt) {
  const random = seeded(seed);
  const watch = startWatch();
  const airC = new Map(rooms.map(({ id }) => [id, 18]));
  const isHeating = new Map<string, boolean>();
  const shown = new Map<string, number | null>();
  const stuck = new Map<string, number | null>();
  const silent = new Set<string>();
  const said: { line: string; at: number }[] = [];
  let at = from;
  let weatherK = 0;

  function warm({ id, tauH, heatsK }: Room, outsideC: number): void {
    const hourOfDay = new Date(at).getUTCHours();
    const setpoint = hourOfDay >= 6 && hourOfDay < 22 ? 20.5 : 17;
    const air = airC.get(id)!;
    const isOn = heatsK > 0 && air < setpoint + (isHeating.get(id) ? 0.2 : -0.2);
    isHeating.set(id, isOn);
    const towards = outsideC + (isOn ? heatsK : 0);
    airC.set(id, towards + (air - towards) * Math.exp(-readMs / (tauH * hour)));
  }
  function read(room: Room, stepK: number): number {
    const noiseK = 0.03 * (random() + random() - 1);
    return Math.round(Math.round((airC.get(room.id)! + noiseK) / stepK) * stepK * 10) / 10;
  }
  function deviceOf(room: Room, stepK: number): Device {
    const id = idOf(room.id, stepK);
    if (!silent.has(id)) shown.set(id, stuck.has(id) ? stuck.get(id)! : read(room, stepK));
    const value = shown.get(id) ?? null;
    const state = silent.has(id) ? 'silent' : 'live';
    const latest = {
      value,
      at,
      receivedAt: at,
      isLate: false,
      ...(value === null && { fault: 'open circuit' }),
    };
    return {
      ...deviceAt(id, at, {}),
      roomId: room.id,
      latest: { temperature: latest },
      about: { quantities: { temperature: { resolution: stepK } } } as Device['about'],
      freshness: { temperature: { state } } as NonNullable<Device['freshness']>,
    };
  }
  return {
    said,
    pass(ms: number): void {
      for (const endAt = at + ms; at < endAt;) {
        at += readMs;
        const season = 8 - 10 * Math.cos((2 * Math.PI * (at - Date.UTC(2026, 0, 20))) / (365 * day));
        weatherK = 0.999 * weatherK + 0.25 * (random() - 0.5);
        const outsideC = season + 4 * Math.sin((2 * Math.PI * (at - 9 * hour)) / day) + weatherK;
        for (const room of rooms) warm(room, outsideC);
        const devices = rooms.flatMap((room) => room.stepsK.map((stepK) => deviceOf(room, stepK)));
        for (const line of watch.look(at, { ...calm, devices }))
          if (/frozen-sensor|sensor-fault/.test(line)) said.push({ line, at });
      }
    },
    /** It shows what it shows now, or that it has failed. */
    freeze: (id: string, value = shown.get(id)!) => void stuck.set(id, value),
    fail: (id: string) => void stuck.set(id, null),
    mend: (id: string) => void stuck.delete(id),
    silence: (id: string) => void silent.add(id),
    restart: () => watch.restart(1, at),
    nowAt: () => at,
  };
}

interface Row {
  name: string;
  happens: (home: ReturnType<typeof openHome>) => void;
  said: readonly string[];
}
const frozen = (id: string): string => `fired frozen-sensor ${id}`;
const moves = (id: string): string => `resolved frozen-sensor ${id}`;
const failed = (id: string): string => `fired sensor-fault ${id}`;
const works = (id: string): string => `resolved sensor-fault ${id}`;

/** Each begins behind two winter weeks in which all went well. */
const table: readonly Row[] = [
  { name: 'all go on', happens: (home) => home.pass(5 * day), said: [] },
  ...['living-0.1', 'living-0.5', 'bath-0.1', 'bath-1'].map((id) => ({
    name: `${id} freezes beside another`,
    happens(home: ReturnType<typeof openHome>) {
      home.freeze(id);
      home.pass(2 * day);
    },
    said: [frozen(id)],
  })),
  ...['study-0.1', 'hall-0.5'].map((id) => ({
    name: `${id} freezes, alone in its room`,
    happens(home: ReturnType<typeof openHome>) {
      home.freeze(id);
      home.pass(5 * day);
    },
    said: [frozen(id)],
  })),
  {
    name: 'one freezes and is mended',
    happens(home) {
      home.freeze('bath-0.1');
      home.pass(2 * day);
      home.mend('bath-0.1');
      home.pass(day);
    },
    said: [frozen('bath-0.1'), moves('bath-0.1')],
  },
  {
    name: 'one freezes, and we start anew twice before it is mended',
    happens(home) {
      home.freeze('living-0.1');
      home.pass(2 * day);
      for (let i = 0; i < 2; i++) {
        home.restart();
        home.pass(2 * hour);
      }
      home.mend('living-0.1');
      home.pass(day);
    },
    said: [frozen('living-0.1'), moves('living-0.1')],
  },
  {
    name: 'one freezes for four hours',
    happens(home) {
      home.freeze('living-0.1');
      home.pass(4 * hour);
      home.mend('living-0.1');
      home.pass(day);
    },
    said: [],
  },
  {
    name: 'one falls silent',
    happens(home) {
      home.silence('living-0.1');
      home.pass(2 * day);
    },
    said: [],
  },
  {
    name: 'one fails and is mended',
    happens(home) {
      home.fail('bath-1');
      home.pass(day);
      home.mend('bath-1');
      home.pass(hour);
    },
    said: [failed('bath-1'), works('bath-1')],
  },
  {
    name: 'one fails for a reading',
    happens(home) {
      home.fail('bath-1');
      home.pass(readMs);
      home.mend('bath-1');
      home.pass(hour);
    },
    said: [],
  },
  {
    name: 'the cellar stays as it is for weeks, as cellars do',
    happens: (home) => home.pass(14 * day),
    said: [],
  },
];

describe('thermometers of a home', () => {
  const counts = { right: 0, missed: 0, wrong: 0, foundH: [] as number[] };
  for (const [i, { name, happens, said }] of table.entries())
    test(name, () => {
      const home = openHome(i + 1, Date.UTC(2026, 0, 5));
      home.pass(15 * day);
      const begunAt = home.nowAt();
      expect(home.said).toEqual([]);
      happens(home);
      const lines = home.said.map(({ line }) => line);
      const first = home.said.find(({ line }) => line.startsWith('fired frozen'));
      if (first) counts.foundH.push((first.at - begunAt) / hour);
      counts.right += said.filter((each) => lines.includes(each)).length;
      counts.missed += said.filter((each) => !lines.includes(each)).length;
      counts.wrong += lines.filter((each) => !said.includes(each)).length;
      expect(lines).toEqual(said);
    });
  afterAll(() => {
    const { right, missed, wrong, foundH } = counts;
    const [precision, recall] = [right / (right + wrong), right / (right + missed)];
    process.stdout.write(
      `thermometers: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, of ${right + missed}; frozen ones found after ${foundH.map((h) => h.toFixed(0)).join(', ')} h\n`,
    );
  });
});

/** Calendar months of the home; `npm test` says how many (scripts/test/depth.mjs). */
const months = Number(process.env['TEST_ALERT_MONTHS'] ?? 1);

test(
  `over ${months} months of ${ids.length} thermometers fewer than one alert a device and month is false`,
  { timeout: 300_000 },
  () => {
    const home = openHome(99, Date.UTC(2026, 0, 5));
    for (let i = 0; i < 30 * months; i++) {
      home.pass(day);
      if (i % 7 === 0) home.restart();
    }
    const fired = home.said.filter(({ line }) => line.startsWith('fired'));
    process.stdout.write(
      `false alerts of thermometers: ${fired.length} in ${months * ids.length} months of a device\n`,
    );
    expect(fired.length, JSON.stringify(fired)).toBeLessThanOrEqual(months);
  },
);
