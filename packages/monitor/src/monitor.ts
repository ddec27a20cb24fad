export { forecastBattery, type BatteryForecast } from './battery.ts';
export { createListening, type Listening, type Moment } from './listening.ts';
export { emptyRhythm, rhythmOf, type Rhythm } from './rhythm.ts';
export { handIn, hear, judge, type Judgement, type Watched } from './watched.ts';
