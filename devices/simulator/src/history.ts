import type { Weather } from '@hearth/heat';
import {
  coarseStepMs,
  settledHouse,
  stepHouse,
  stepMs,
  type HouseBlueprint,
  type HouseState,
} from './house.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A stretch of the past, in steps of the physics, and how often it is measured (0: never). */
interface Stretch {
  until: number;
  stepMs: number;
  everyMs: number;
}

export interface PastOptions {
  house: HouseBlueprint;
  weather: Weather;
  now: number;
  periodMs: number;
  /** A house that starts anew settles for this long before anybody looks; a day if not set. */
  settlingMs?: number | undefined;
  /** Called for each measured instant, in order of time. */
  measure(state: HouseState): void;
}

/** A device's buffer keeps at most this much of a time in which its process was dead. */
const deadTimeKeptMs = hourMs;
/** Beyond this the house of an earlier life says nothing about today's. */
const deadTimeMaxMs = 14 * dayMs;

const floor = (at: number, gridMs: number): number => Math.floor(at / gridMs) * gridMs;

function play(options: PastOptions, from: HouseState, stretches: readonly Stretch[]): HouseState {
  let state = from;
  for (const stretch of stretches)
    while (state.at + stretch.stepMs <= stretch.until) {
      state = stepHouse(options.house, options.weather, state, stretch.stepMs);
      if (stretch.everyMs > 0 && state.at % stretch.everyMs === 0) options.measure(state);
    }
  return state;
}

/**
 * A home's first start: the past `days`, stepped virtually after a day of settling. Measured every 15 min, in the
 * last day every 2 min and in the last hour every minute, so that a week is some 1,300 readings a device.
 */
export function playHistory(options: PastOptions, days: number): HouseState {
  const { now, settlingMs = dayMs } = options;
  const start = floor(now - days * dayMs - settlingMs, coarseStepMs);
  const isKept = days > 0 ? 1 : 0;
  return play(options, settledHouse(options.house, start), [
    { until: now - days * dayMs, stepMs: coarseStepMs, everyMs: 0 },
    { until: now - dayMs, stepMs: coarseStepMs, everyMs: 15 * minuteMs * isKept },
    { until: now - hourMs, stepMs: coarseStepMs, everyMs: 2 * minuteMs * isKept },
    { until: now - minuteMs, stepMs: coarseStepMs, everyMs: minuteMs * isKept },
    { until: now, stepMs, everyMs: minuteMs * isKept },
  ]);
}

/**
 * A home's later start: the house went on while the process that is its devices' radio was dead, and so did their
 * sensors. They measured at their period into a buffer with room for the last hour; before that is a gap.
 */
export function playDeadTime(options: PastOptions, last: HouseState): HouseState {
  const { now } = options;
  if (Math.abs(now - last.at) > deadTimeMaxMs || last.at > now + hourMs) return playHistory(options, 0);
  const everyMs = Math.max(1, Math.round(options.periodMs / stepMs)) * stepMs;
  return play(options, last, [
    { until: now - deadTimeKeptMs, stepMs: coarseStepMs, everyMs: 0 },
    { until: now, stepMs, everyMs },
  ]);
}
