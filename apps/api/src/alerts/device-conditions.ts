import type { AlertKind, QuantityName } from '@hearth/contract';
import { keyOf, spanWords, type Condition } from './condition.ts';
import { brokerCause, ofDevices } from './of-devices.ts';
import type { DeviceSituation, Situation } from './situation.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The period taken for a device that states none, as the dashboard does. */
const defaultPeriodMs = 3 * minuteMs;
/** A value whose rhythm is not watched is silent after this many periods; none is told before half an hour. */
const silentPeriods = 12;
const silentAtLeastMs = 30 * minuteMs;
const unlearnedMs = dayMs;
/** A device that changes its firmware is watched for breaches of the contract this long. */
const firmwareMs = dayMs;

/** A device that comes and goes, and is gone for longer, is offline too. */
const flappingGoneMs = 30 * minuteMs;

/** The subject of a clock that is wrong where it is ours and not a device's. */
const ourClock = 'hearth';

const offline = (role: 'device' | 'gateway') => (situation: Situation) =>
  ofDevices(
    situation,
    ({ device: { id, role: own, isOnline, offlineSince } }) => {
      if (own !== role) return null;
      const since = offlineSince === null ? '' : `, for ${spanWords(situation.now - offlineSince)} so far`;
      const holds = isOnline === null ? null : !isOnline;
      const isShort = situation.now - (offlineSince ?? 0) < flappingGoneMs;
      const causes = holds === true && isShort ? [keyOf('flapping', id)] : [];
      return { holds, why: `It lost its connection${since}.`, since: offlineSince ?? 0, causes };
    },
    true,
  );

/** Which quantities of a device are silent; unsure where our absence, or its own that is over, may be the reason. */
function silentOf({ device }: DeviceSituation, { now, hearingSince }: Situation) {
  let isUnsure = false;
  const heardFrom = Math.max(hearingSince, device.onlineSince ?? 0);
  const silent: string[] = [];
  let longestMs = 0;
  for (const [quantity, latest] of Object.entries(device.latest)) {
    const name = quantity as QuantityName;
    const periodMs = device.about?.quantities[name]?.periodMs;
    if (periodMs === undefined && name !== 'temperature') continue;
    const learned = device.freshness?.[name];
    const limitMs = Math.max(silentPeriods * (periodMs ?? defaultPeriodMs), silentAtLeastMs);
    const ageMs = now - latest.receivedAt;
    if (learned) {
      // Until its rhythm is known, and it states none, it may be one that reports a few times a day.
      const isKnown = learned.rhythm !== 'unlearned' || periodMs !== undefined;
      if (learned.state !== 'silent' || ageMs <= (isKnown ? silentAtLeastMs : unlearnedMs)) continue;
      silent.push(name);
    } else if (ageMs <= limitMs) continue;
    else if (now - heardFrom <= limitMs) isUnsure = true;
    else silent.push(name);
    longestMs = Math.max(longestMs, ageMs);
  }
  return { silent, longestMs, isUnsure };
}

/**
 * How far our own clock is behind, as far as devices can tell: what more than half of three and more agree on, to a
 * minute. ms; 0 where they do not.
 */
function ourClockBehindMs({ devices }: Situation): number {
  const all = devices.flatMap(({ clockAheadMs }) => clockAheadMs ?? []).toSorted((a, b) => a - b);
  const median = all[Math.floor(all.length / 2)] ?? 0;
  const agreeing = all.filter((each) => Math.abs(each - median) <= minuteMs).length;
  return all.length >= 3 && agreeing > all.length / 2 ? median : 0;
}

const clockWords = (offMs: number, threshold: number): string =>
  `It is ${spanWords(Math.abs(offMs))} ${offMs > 0 ? 'ahead' : 'behind'}; told from ${threshold} min on.`;

const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

const lastsWords = (emptyAt: number, now: number): string =>
  emptyAt < now + 7 * dayMs
    ? 'By how it fell until now it is empty within days.'
    : `By how it fell until now it lasts until about ${month.format(emptyAt)}.`;

/** What is watched for at each device. */
export const deviceConditions = {
  'gateway-offline': {
    severity: 'urgent',
    words: 'A gateway loses its connection; the devices behind it are not told one by one',
    title: (name) => `${name} is offline, and the devices behind it`,
    toDo: 'Look whether the gateway has power and network, then restart it.',
    threshold: null,
    unit: null,
    holdMin: 2,
    clearMin: 1,
    look: offline('gateway'),
  },
  'device-offline': {
    severity: 'warning',
    words: 'A device loses its connection',
    title: (name) => `${name} is offline`,
    toDo: 'Look whether it has power and reaches the wireless network. It goes on heating by its own limits.',
    threshold: null,
    unit: null,
    holdMin: 5,
    clearMin: 1,
    look: offline('device'),
  },
  flapping: {
    severity: 'warning',
    words: 'A device comes and goes',
    title: (name) => `${name} comes and goes`,
    toDo: 'Look at its signal and its power: a weak supply or battery restarts it again and again.',
    threshold: 6,
    unit: 'times an hour',
    holdMin: 0,
    // A clock that is set an hour ahead forgets the hour: what goes on is found again by then.
    clearMin: 20,
    look: (situation, threshold, isOpen) =>
      ofDevices(
        situation,
        ({ device: { id }, comingsOfLate }) => {
          const calmBelow = Math.max(1, Math.floor(threshold / 3));
          const isBeyond = comingsOfLate >= (isOpen(id) ? calmBelow : threshold);
          // In our first hour nobody knows how often it came in the one before.
          const isUnsure = isOpen(id) && situation.now - situation.startedAt < hourMs;
          const why = `It came back ${comingsOfLate} times within an hour; told from ${threshold} on, until there are fewer than ${calmBelow}.`;
          return { holds: isBeyond || (isUnsure ? null : false), why };
        },
        true,
      ),
  },
  'value-silent': {
    severity: 'warning',
    words: 'A value has not come for twice as long as it usually takes, and half an hour at least',
    title: (name) => `${name} says nothing`,
    toDo: 'Ask it on its page; if it does not answer, restart it or change its battery.',
    threshold: null,
    unit: null,
    holdMin: 1,
    clearMin: 0,
    look: (situation) =>
      ofDevices(situation, (each) => {
        const { silent, longestMs, isUnsure } = silentOf(each, situation);
        const holds = silent.length > 0 ? true : isUnsure ? null : false;
        // It speaks, and what it says is not taken for its clock: that is told.
        const { id, lastMessageAt } = each.device;
        const isSpeaking = situation.now - (lastMessageAt ?? 0) <= silentAtLeastMs;
        const causes = isSpeaking ? [keyOf('clock-wrong', id)] : [];
        return { holds, why: `No ${silent.join(', ')} for ${spanWords(longestMs)}.`, causes };
      }),
  },
  'battery-low': {
    severity: 'note',
    words: 'A battery is low',
    title: (name) => `The battery of ${name} is low`,
    toDo: 'Change the battery in the next days.',
    threshold: 15,
    unit: '%',
    holdMin: 10,
    clearMin: 10,
    look: (situation, threshold, isOpen) =>
      ofDevices(situation, ({ device: { id, latest }, batteryEmptyAt }) => {
        const level = latest.battery?.value;
        const isLow = latest.batteryLow?.value === true;
        if (typeof level !== 'number' && latest.batteryLow === undefined) return null;
        // Cold lowers a battery for a night: it has to come back well above.
        const limit = isOpen(id) ? threshold + 5 : threshold;
        const isBelow = typeof level === 'number' && level < limit;
        const lasts = batteryEmptyAt === null ? '' : ` ${lastsWords(batteryEmptyAt, situation.now)}`;
        const why = isBelow
          ? `It has ${level} % left; told below ${threshold} %.${lasts}`
          : 'It says so itself.';
        return { holds: isLow || isBelow, why };
      }),
  },
  'clock-wrong': {
    severity: 'note',
    words: 'The clock of a device is wrong',
    title: (name) => `The clock of ${name} is wrong`,
    toDo: 'Set its time server, or restart it: its readings are filed under a wrong time.',
    threshold: 2,
    unit: 'min',
    holdMin: 5,
    clearMin: 5,
    look(situation, threshold) {
      const behindMs = ourClockBehindMs(situation);
      const isOurs = Math.abs(behindMs) > threshold * minuteMs;
      const ours = { subject: ourClock, name: 'Hearth', holds: isOurs, causes: [brokerCause] };
      const ofEach = ofDevices(situation, ({ device: { source }, clockAheadMs }) => {
        if (source !== 'contract') return null;
        const offMs = (clockAheadMs ?? 0) - (isOurs ? behindMs : 0);
        const holds = clockAheadMs === null ? null : Math.abs(offMs) > threshold * minuteMs;
        return { holds, why: clockWords(offMs, threshold) };
      });
      return [{ ...ours, why: `Most devices agree. ${clockWords(-behindMs, threshold)}` }, ...ofEach];
    },
  },
  gaps: {
    severity: 'note',
    words: 'Readings of a device are lost for good',
    title: (name) => `Readings of ${name} are missing`,
    toDo: 'Look at its signal. A device with a buffer loses none; a newer firmware may have one.',
    threshold: 5,
    unit: 'readings an hour',
    holdMin: 0,
    clearMin: 5,
    look: (situation, threshold) =>
      ofDevices(situation, ({ missingOfLate }) => ({
        holds: missingOfLate >= threshold,
        why: `${missingOfLate} readings of the last hour never came; told from ${threshold} on.`,
      })),
  },
  'firmware-broken': {
    severity: 'warning',
    words: 'Messages of a device are not understood after its firmware changed',
    title: (name) => `${name} breaks its contract since its firmware changed`,
    toDo: 'Look at the messages on its page that were not taken, and go back to the firmware of before.',
    threshold: 1,
    unit: 'messages an hour',
    holdMin: 0,
    clearMin: 5,
    look: (situation, threshold, isOpen) =>
      ofDevices(situation, ({ device, firmwareChangedAt, rejectedOfLate }) => {
        const isNew = firmwareChangedAt !== null && situation.now - firmwareChangedAt < firmwareMs;
        const isMany = isNew && rejectedOfLate >= threshold;
        // In our first hour nobody knows how many came in the one before.
        const isUnsure = isNew && isOpen(device.id) && situation.now - situation.startedAt < hourMs;
        return {
          holds: isMany || (isUnsure ? null : false),
          why: `${rejectedOfLate} messages of the last hour were not understood, since it runs ${device.about?.firmware ?? 'another firmware'}.`,
        };
      }),
  },
} as const satisfies { [K in AlertKind]?: Condition };
