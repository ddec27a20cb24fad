import type { faultTable } from '@hearth/simulator';

type FaultName = keyof typeof faultTable;

/** What goes wrong at one device of a real home, and what is right to say of it. */
export interface Scenario {
  name: string;
  /** A fault of the simulator, `fault`, `by` and for how many minutes; to the end if not said. */
  fault: { fault: FaultName; by?: string | number; forMin?: number };
  at: 'thermostat' | 'sensor';
  /** How its temperature stands in the end. */
  state: 'live' | 'late' | 'stale' | 'silent';
  /** `kind` of what is told of it (of its room where it is the room's), and whether that is over in the end. */
  alerts: readonly `${'fired' | 'resolved'} ${string}`[];
}

const fired = (kind: string) => [`fired ${kind}`] as const;
const over = (kind: string) => [`fired ${kind}`, `resolved ${kind}`] as const;

/**
 * Each is labelled by what happens to the device, over two and a half hours: it reports every five minutes. Silence for
 * less than half an hour, or being away for less than five minutes, is nothing to be told of.
 */
export const scenarios: readonly Scenario[] = [
  // Silences of a device whose connection stays.
  {
    name: 'its readings stop',
    at: 'sensor',
    fault: { fault: 'drop' },
    state: 'silent',
    alerts: fired('value-silent'),
  },
  {
    name: 'its readings stop for 20 min',
    at: 'sensor',
    fault: { fault: 'drop', forMin: 20 },
    state: 'live',
    alerts: [],
  },
  {
    name: 'its readings stop for an hour',
    at: 'thermostat',
    fault: { fault: 'drop', forMin: 60 },
    state: 'live',
    alerts: over('value-silent'),
  },
  {
    name: 'nothing gets through until it notices itself',
    at: 'sensor',
    fault: { fault: 'half-open' },
    state: 'live',
    alerts: [],
  },
  {
    name: 'nothing gets through for an hour',
    at: 'thermostat',
    fault: { fault: 'half-open', forMin: 60 },
    state: 'live',
    alerts: [],
  },
  {
    name: 'it sends random bytes',
    at: 'sensor',
    fault: { fault: 'garbage' },
    state: 'silent',
    alerts: fired('value-silent'),
  },
  {
    name: 'it sends random bytes for 20 min',
    at: 'sensor',
    fault: { fault: 'garbage', forMin: 20 },
    state: 'live',
    alerts: [],
  },
  {
    name: 'each reading breaks a rule',
    at: 'thermostat',
    fault: { fault: 'near-miss' },
    state: 'silent',
    alerts: fired('value-silent'),
  },
  // Its connection goes.
  {
    name: 'it is out of reach',
    at: 'sensor',
    fault: { fault: 'outage' },
    state: 'silent',
    alerts: fired('device-offline'),
  },
  {
    name: 'it is out of reach for 3 min',
    at: 'sensor',
    fault: { fault: 'outage', forMin: 3 },
    state: 'live',
    alerts: [],
  },
  {
    name: 'it is out of reach for 40 min',
    at: 'thermostat',
    fault: { fault: 'outage', forMin: 40 },
    state: 'live',
    alerts: over('device-offline'),
  },
  {
    name: 'its battery is dead',
    at: 'sensor',
    fault: { fault: 'dead-battery' },
    state: 'silent',
    alerts: fired('device-offline'),
  },
  {
    name: 'its battery is changed after 40 min',
    at: 'sensor',
    fault: { fault: 'dead-battery', forMin: 40 },
    state: 'live',
    alerts: over('device-offline'),
  },
  {
    name: 'it reboots every minute',
    at: 'sensor',
    fault: { fault: 'reboot-loop', by: '1m' },
    // It does so at the very end.
    state: 'stale',
    alerts: fired('flapping'),
  },
  {
    name: 'it reboots every seven minutes',
    at: 'thermostat',
    fault: { fault: 'reboot-loop', by: '7m' },
    state: 'live',
    alerts: fired('flapping'),
  },
  // Its clock.
  {
    name: 'its clock gains 10 min an hour',
    at: 'sensor',
    fault: { fault: 'clock-skew', by: '10m' },
    // By the contract nobody takes what is measured more than 5 min from now: nothing comes that can be shown.
    state: 'silent',
    alerts: fired('clock-wrong'),
  },
  {
    name: 'its clock loses 10 min an hour',
    at: 'thermostat',
    fault: { fault: 'clock-skew', by: '-10m' },
    state: 'live',
    alerts: fired('clock-wrong'),
  },
  {
    name: 'its clock gains 10 s an hour',
    at: 'sensor',
    fault: { fault: 'clock-skew', by: '10s' },
    state: 'live',
    alerts: [],
  },
  {
    name: 'its clock jumps an hour back',
    at: 'sensor',
    fault: { fault: 'clock-jump', by: '-1h' },
    state: 'live',
    alerts: fired('clock-wrong'),
  },
  {
    name: 'its clock jumps an hour ahead',
    at: 'thermostat',
    fault: { fault: 'clock-jump', by: '1h' },
    // By the contract nobody takes what is measured more than 5 min from now: nothing comes that can be shown.
    state: 'silent',
    alerts: fired('clock-wrong'),
  },
  {
    name: 'its clock is an hour back for 30 min',
    at: 'sensor',
    fault: { fault: 'clock-jump', by: '-1h', forMin: 30 },
    state: 'live',
    alerts: over('clock-wrong'),
  },
  {
    name: 'its clock jumps half a minute',
    at: 'sensor',
    fault: { fault: 'clock-jump', by: '30s' },
    state: 'live',
    alerts: [],
  },
  { name: 'it has no clock any more', at: 'sensor', fault: { fault: 'no-clock' }, state: 'live', alerts: [] },
  // Its way.
  {
    name: 'each reading comes twice',
    at: 'sensor',
    fault: { fault: 'duplicate' },
    state: 'live',
    alerts: [],
  },
  {
    name: 'readings overtake one another',
    at: 'sensor',
    fault: { fault: 'reorder' },
    state: 'live',
    alerts: [],
  },
  {
    name: 'readings come 90 s late',
    at: 'sensor',
    fault: { fault: 'delay', by: '90s' },
    state: 'live',
    alerts: [],
  },
  // Its thermometer, which the room does not go by, and its room. Standing still is told from six hours on.
  {
    name: 'its thermometer is frozen',
    at: 'sensor',
    fault: { fault: 'frozen-sensor' },
    state: 'live',
    alerts: [],
  },
  {
    name: 'its thermometer drifts',
    at: 'sensor',
    fault: { fault: 'drifting-sensor', by: 1 },
    state: 'live',
    alerts: [],
  },
  {
    name: 'the window opens for 20 min',
    at: 'thermostat',
    fault: { fault: 'open-window', forMin: 20 },
    state: 'live',
    alerts: over('window-open'),
  },
  {
    name: 'the heater gives nothing',
    at: 'thermostat',
    fault: { fault: 'broken-heater' },
    state: 'live',
    alerts: fired('no-warming'),
  },
  {
    name: 'the window is tilted for 10 min',
    at: 'thermostat',
    fault: { fault: 'open-window', by: 0.1, forMin: 10 },
    state: 'live',
    alerts: [],
  },
  { name: 'nothing', at: 'thermostat', fault: { fault: 'duplicate', forMin: 1 }, state: 'live', alerts: [] },
];
