const dayMs = 86_400_000;
const minuteMs = 60_000;

/** The time of day at which backups are made, in a time zone of the IANA database. */
export interface TimeOfDay {
  minutes: number;
  timeZone: string;
}

/** `02:30` as minutes of the day; null for `off`. */
export function minutesOf(text: string): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(text) ?? [];
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes);
}

/** How far the clocks of a time zone are ahead of UTC at an instant, ms. */
function aheadMs(timeZone: string, at: number): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * minuteMs;
}

/** On the day of `at` and `days` later. Where the clocks leave the time of day out, the moment at which they do. */
function slotOn(at: number, days: number, { minutes, timeZone }: TimeOfDay): number {
  const day = Math.floor((at + aheadMs(timeZone, at)) / dayMs) + days;
  const local = day * dayMs + minutes * minuteMs;
  const guess = local - aheadMs(timeZone, local);
  return local - aheadMs(timeZone, guess);
}

/** The last time at which a backup was due, at or before this instant. */
export function slotBefore(at: number, time: TimeOfDay): number {
  const today = slotOn(at, 0, time);
  return today <= at ? today : slotOn(at, -1, time);
}

/** The next time at which one is due, after this instant. */
export function slotAfter(at: number, time: TimeOfDay): number {
  const today = slotOn(at, 0, time);
  return today > at ? today : slotOn(at, 1, time);
}
