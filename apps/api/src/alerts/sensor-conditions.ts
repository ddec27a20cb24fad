import type { AlertKind } from '@hearth/contract';
import { degrees, keyOf, spanWords, type Condition } from './condition.ts';
import { ofDevices } from './of-devices.ts';
import type { Still } from './stills.ts';

const hourMs = 3_600_000;
/** One that is not asked often may say the same by chance. */
const readingsAtLeast = 12;
/** Longer than this many times what it ever stood still. */
const inRoomTimes = 2;
const inHomeTimes = 4;
/** Of one without another in its room is judged by what it did in two weeks, and over a day. */
const watchedMs = 14 * 24 * hourMs;
const inHomeMs = 24 * hourMs;

/** Whose movement says that it should have moved; null where none does. */
function evidenceOf({ forMs, readings, longestMs, watchedForMs, inRoom, inHome }: Still, threshold: number) {
  if (readings < readingsAtLeast || forMs < threshold * hourMs) return null;
  if (inRoom && forMs > inRoomTimes * longestMs) return { ...inRoom, where: 'in the same room' };
  const isLong = forMs > Math.max(inHomeMs, inHomeTimes * longestMs);
  return inHome && isLong && watchedForMs > watchedMs ? { ...inHome, where: 'as most others' } : null;
}

/** What is watched for at each sensor. */
export const sensorConditions = {
  'sensor-fault': {
    severity: 'warning',
    words: 'A sensor has failed: its device reports, without a value',
    title: (name) => `A sensor of ${name} has failed`,
    toDo: 'Look at the sensor and its cable, and restart the device. Until then it has nothing to go by.',
    threshold: null,
    unit: null,
    holdMin: 10,
    clearMin: 2,
    look: (situation) =>
      ofDevices(situation, ({ device: { id }, faults }) => {
        const words = faults.map(({ quantity, fault, since }) => {
          const why = fault === undefined ? '' : `, “${fault}”`;
          return `No ${quantity} for ${spanWords(situation.now - since)}${why}.`;
        });
        const causes = [keyOf('value-silent', id)];
        return { holds: faults.length > 0, why: words.join(' '), causes: faults.length > 0 ? causes : [] };
      }),
  },
  'frozen-sensor': {
    severity: 'note',
    words: 'A thermometer reports one and the same temperature while others move',
    title: (name) => `The thermometer of ${name} stands still`,
    toDo: 'Compare it with another thermometer, then restart the device: it may heat by a number that is long past.',
    threshold: 6,
    unit: 'h',
    holdMin: 0,
    clearMin: 0,
    look: (situation, threshold, isOpen) =>
      ofDevices(situation, ({ device: { id, latest }, still }) => {
        if (latest.temperature === undefined) return null;
        if (!still) return { holds: null, why: '' };
        const evidence = evidenceOf(still, threshold);
        // Once it is told it lasts until it moves; what it did before our start nobody knows.
        const isOn = isOpen(id) && (still.isFromStart || still.forMs >= threshold * hourMs);
        const causes = [keyOf('value-silent', id), keyOf('sensor-fault', id)];
        if (!evidence) return { holds: isOn ? null : false, why: '' };
        const { name, where, lowC, highC } = evidence;
        return {
          holds: true,
          why: `It has said ${degrees(still.celsius)} for ${spanWords(still.forMs)}, in ${still.readings} readings; ${name}, ${where}, went from ${degrees(lowC)} to ${degrees(highC)} meanwhile.`,
          causes,
        };
      }),
  },
} as const satisfies { [K in AlertKind]?: Condition };
