import type { Home } from '@hearth/contract';

/** What a person's figures look like. */
export interface FormatSettings {
  /** BCP 47; decides comma or point, 12 or 24 hours. */
  locale: string;
  timeZone: string;
  temperatureUnit: Home['temperatureUnit'];
}

/** Turns values into what people read. Temperatures come in °C and leave in the home's unit. */
export interface Format extends FormatSettings {
  /** '°C' or '°F' */
  unit: string;
  /** °C to the home's unit. */
  fromCelsius(celsius: number): number;
  /** One decimal, without the unit: '20.6'. */
  temperature(celsius: number): string;
  /** As short as it is exact to a tenth: '21', '21.5'. */
  setpoint(celsius: number): string;
  /** With the unit: '20.6 °C'. */
  degrees(celsius: number): string;
  number(value: number, decimals?: number): string;
  /** '07:02' or '7:02 AM' */
  time(at: number): string;
  /** The time, with the day before it when that is not the day of `nowAt`. */
  moment(at: number, nowAt: number): string;
  /** '22 Nov, 07:02', for tables and readouts. */
  dateTime(at: number): string;
  /** 'Sunday, 22 November' */
  date(at: number): string;
  /** Formats with other fields of the date, in the home's time zone. */
  part(at: number, options: Intl.DateTimeFormatOptions): string;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A length of time in words, rounded down: '40 min', '3 h', '2 days'. */
export function duration(ms: number): string {
  if (ms < minuteMs) return `${Math.max(1, Math.floor(ms / secondMs))} s`;
  if (ms < 2 * hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)} h`;
  return `${Math.floor(ms / dayMs)} days`;
}

/** The age of a value in words: 'just now', '20 s ago', '2 min ago'. Seconds go in tens, so nothing ticks. */
export function age(ms: number): string {
  if (ms < 20 * secondMs) return 'just now';
  if (ms < minuteMs) return `${Math.floor(ms / (10 * secondMs)) * 10} s ago`;
  return `${duration(ms)} ago`;
}

/** A short span as a person compares it: '84 ms', '1.2 s'; below 10 ms with one decimal. */
export function span(ms: number, locale = 'en'): string {
  const show = (value: number, decimals: number) =>
    value.toLocaleString(locale, { maximumFractionDigits: decimals });
  if (ms < 10) return `${show(ms, 1)} ms`;
  if (ms < secondMs) return `${show(ms, 0)} ms`;
  return `${show(ms / secondMs, 1)} s`;
}

/** A signed zero reads as a fault of ours: −0.04 is shown as 0.0. */
function withoutMinusZero(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor + 0;
}

/** The formatter of one home and one person. Make it once: Intl objects are slow to build. */
export function createFormat(settings: FormatSettings): Format {
  const { locale, timeZone, temperatureUnit } = settings;
  const isFahrenheit = temperatureUnit === 'fahrenheit';
  const unit = isFahrenheit ? '°F' : '°C';
  const numbers = new Map<string, Intl.NumberFormat>();
  const dates = new Map<string, Intl.DateTimeFormat>();

  function number(value: number, decimals = 0, least = decimals): string {
    const key = `${least}-${decimals}`;
    let intl = numbers.get(key);
    if (!intl) {
      intl = new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: decimals });
      numbers.set(key, intl);
    }
    return intl.format(withoutMinusZero(value, decimals)).replace('-', '−');
  }
  function part(at: number, options: Intl.DateTimeFormatOptions): string {
    const key = JSON.stringify(options);
    let intl = dates.get(key);
    if (!intl) {
      intl = new Intl.DateTimeFormat(locale, { ...options, timeZone });
      dates.set(key, intl);
    }
    return intl.format(at);
  }
  const fromCelsius = (celsius: number) => (isFahrenheit ? celsius * 1.8 + 32 : celsius);
  // '3:07 PM', but '03:07': a leading zero belongs to 24 hours only.
  const is12Hours = new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions().hour12 ?? false;
  const clock = { hour: is12Hours ? 'numeric' : '2-digit', minute: '2-digit' } as const;
  const time = (at: number) => part(at, clock);
  const dateTime = (at: number) => part(at, { day: 'numeric', month: 'short', ...clock });
  const isSameDay = (a: number, b: number) =>
    part(a, { year: 'numeric', month: 'numeric', day: 'numeric' }) ===
    part(b, { year: 'numeric', month: 'numeric', day: 'numeric' });

  return {
    ...settings,
    unit,
    fromCelsius,
    temperature: (celsius) => number(fromCelsius(celsius), 1),
    setpoint: (celsius) => number(fromCelsius(celsius), 1, 0),
    degrees: (celsius) => `${number(fromCelsius(celsius), 1)} ${unit}`,
    number: (value, decimals = 0) => number(value, decimals),
    time,
    moment: (at, nowAt) => (isSameDay(at, nowAt) ? time(at) : dateTime(at)),
    dateTime,
    date: (at) => part(at, { weekday: 'long', day: 'numeric', month: 'long' }),
    part,
  };
}
