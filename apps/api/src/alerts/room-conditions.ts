import type { AlertKind } from '@hearth/contract';
import { degrees, keyOf, type Condition, type Finding } from './condition.ts';
import type { RoomSituation, Situation } from './situation.ts';

const minuteMs = 60_000;
/** How long a heater has to call, or not to, before the room is judged by it. */
const heatWindowMs = 60 * minuteMs;
/** A window lets out more within this time than a room loses by itself. */
const fallWindowMs = 15 * minuteMs;
/** A temperature has to come back by this much: thermostats swing by half of it. */
const hysteresisK = 0.5;
/** A heater that heats moves a room by more than this in an hour. */
const noWarmingK = 0.2;

/** A finding for each room that has a temperature. */
function ofRooms(
  { rooms }: Situation,
  judge: (room: RoomSituation, now: number) => { holds: boolean | null; why: string },
  now: number,
  causes: (room: string) => readonly string[] = () => [],
): Finding[] {
  return rooms
    .filter(({ room }) => room.temperatureFrom !== null)
    .map((each) => {
      const { id, name } = each.room;
      const { holds, why } = each.temperature === null ? { holds: null, why: '' } : judge(each, now);
      return { subject: id, name, roomId: id, holds, why, causes: causes(id) };
    });
}

/** Below or above a limit, from which an open alert has to come back by {@link hysteresisK}. */
const beyond =
  (side: 'below' | 'above', causes?: (room: string) => readonly string[]): Condition['look'] =>
  (situation, threshold, isOpen) =>
    ofRooms(
      situation,
      ({ room, temperature, setpoint }) => {
        const margin = isOpen(room.id) ? hysteresisK : 0;
        const holds =
          side === 'below' ? temperature! < threshold + margin : temperature! > threshold - margin;
        const wanted = setpoint === null ? '' : ` It is set to ${degrees(setpoint)}.`;
        return { holds, why: `${degrees(temperature!)}; told ${side} ${degrees(threshold)}.${wanted}` };
      },
      situation.now,
      causes,
    );

/** How much a room warmed over the hour for which its heater did the same; null while that is not known. */
function warmedK({ temperatures, heatingSince }: RoomSituation, now: number): number | null {
  if (heatingSince === null || now - heatingSince < heatWindowMs) return null;
  const first = temperatures.find(({ at }) => at >= now - heatWindowMs);
  const last = temperatures.at(-1);
  // The first of the window must be near its beginning, or it is another hour that is judged.
  if (!first || !last || first.at > now - heatWindowMs + 10 * minuteMs) return null;
  return last.value - first.value;
}

/** Judges the hour; an open alert stays while that cannot be judged, and ends when the heater changed its mind. */
const byWarming =
  (
    isHeating: boolean,
    isWrong: (room: RoomSituation, K: number, threshold: number) => boolean,
  ): Condition['look'] =>
  (situation, threshold) =>
    ofRooms(
      situation,
      (room, now) => {
        if (room.isHeating === null) return { holds: null, why: '' };
        if (room.isHeating !== isHeating) return { holds: false, why: '' };
        const changeK = warmedK(room, now);
        if (changeK === null) return { holds: null, why: '' };
        const did = isHeating ? 'The heater has been on for an hour' : 'The heater has been off for an hour';
        return {
          holds: isWrong(room, changeK, threshold),
          why: `${did}; the room went from ${degrees(room.temperature! - changeK)} to ${degrees(room.temperature!)}.`,
        };
      },
      situation.now,
      (id) => [keyOf('window-open', id)],
    );

/** What is watched for in each room. */
export const roomConditions = {
  'frost-risk': {
    severity: 'urgent',
    words: 'A room is so cold that pipes may freeze',
    title: (name) => `${name}: risk of frost`,
    toDo: 'Heat the room now, and close its windows. If the heater does not come on, turn the water off.',
    threshold: 6,
    unit: '°C',
    holdMin: 2,
    clearMin: 5,
    look: beyond('below'),
  },
  'room-cold': {
    severity: 'warning',
    words: 'A room is too cold',
    title: (name) => `${name} is too cold`,
    toDo: 'Look whether its heater is on and a window is open.',
    threshold: 14,
    unit: '°C',
    holdMin: 20,
    clearMin: 10,
    look: beyond('below', (id) => [keyOf('frost-risk', id), keyOf('window-open', id)]),
  },
  'room-hot': {
    severity: 'warning',
    words: 'A room is too hot',
    title: (name) => `${name} is too hot`,
    toDo: 'Look whether its heater stays on, and whether the sensor stands in the sun.',
    threshold: 28,
    unit: '°C',
    holdMin: 20,
    clearMin: 10,
    look: beyond('above'),
  },
  'no-warming': {
    severity: 'warning',
    words: 'The heater is on for an hour, and the room does not warm',
    title: (name) => `${name} does not warm`,
    toDo: 'Look whether the heater gets hot: its valve, its fuse, the boiler; and whether a window is open.',
    threshold: noWarmingK,
    unit: 'K an hour',
    holdMin: 5,
    clearMin: 5,
    // A room that is nearly as warm as it is wanted is held, not warmed.
    look: byWarming(
      true,
      ({ temperature, setpoint }, changeK, threshold) =>
        changeK < threshold && (setpoint === null || temperature! < setpoint - hysteresisK),
    ),
  },
  'warming-uncalled': {
    severity: 'note',
    words: 'A room warms for an hour, and its heater is off',
    title: (name) => `${name} warms by itself`,
    toDo: 'Look whether a valve is stuck open or another heater is on; the sun does it too.',
    threshold: 2,
    unit: 'K an hour',
    holdMin: 5,
    clearMin: 5,
    look: byWarming(
      false,
      ({ temperature, setpoint }, changeK, threshold) =>
        changeK >= threshold && setpoint !== null && temperature! > setpoint + 1,
    ),
  },
  'window-open': {
    severity: 'note',
    words: 'A room cools within a quarter of an hour as it does with a window open',
    title: (name) => `A window is open in ${name}`,
    toDo: 'Close the window, or turn the heater down while it is open.',
    threshold: 1.5,
    unit: 'K in 15 min',
    holdMin: 0,
    clearMin: 2,
    look: (situation, threshold, isOpen) =>
      ofRooms(
        situation,
        ({ room, temperature, temperatures }, now) => {
          const recent = temperatures.filter(({ at }) => at >= now - fallWindowMs);
          if (recent.length < 2) return { holds: null, why: '' };
          const fallK = Math.max(...recent.map(({ value }) => value)) - temperature!;
          return {
            holds: fallK >= (isOpen(room.id) ? threshold / 3 : threshold),
            why: `${degrees(temperature! + fallK)} fell to ${degrees(temperature!)} within 15 min.`,
          };
        },
        situation.now,
      ),
  },
} as const satisfies { [K in AlertKind]?: Condition };
