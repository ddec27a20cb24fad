/** Where a fault acts. */
type FaultPlace = 'room' | 'sensor' | 'payload' | 'connection' | 'process';

/** What `by` measures: a duration, a plain number, or nothing. */
interface FaultFacts {
  place: FaultPlace;
  does: string;
  by?: { what: string; usual: string | number };
}

/** Every fault: where it acts and what it does. The only list of them. */
export const faultTable = {
  'open-window': { place: 'room', does: 'the window stands open', by: { what: 'how far, 0 to 1', usual: 1 } },
  'broken-heater': { place: 'room', does: 'the heater gives nothing, whatever the thermostat says' },
  'stuck-valve': {
    place: 'room',
    does: 'the heater is stuck at a share of its power',
    by: { what: 'share, 0 to 1', usual: 1 },
  },
  'frozen-sensor': { place: 'sensor', does: 'the thermometer shows what it showed last' },
  'drifting-sensor': {
    place: 'sensor',
    does: 'the thermometer drifts away from the truth, and the thermostat follows it',
    by: { what: 'K an hour', usual: 2 },
  },
  'clock-skew': {
    place: 'payload',
    does: 'the clock runs fast, or slow where it is negative',
    by: { what: 'duration gained an hour', usual: '1m' },
  },
  'clock-jump': {
    place: 'payload',
    does: 'the clock is off by this, all at once',
    by: { what: 'duration, - for back', usual: '-1h' },
  },
  'no-clock': { place: 'payload', does: 'readings carry the uptime in place of an instant' },
  garbage: { place: 'payload', does: 'readings are random bytes' },
  'near-miss': { place: 'payload', does: 'each reading breaks one rule of the contract, in turn' },
  drop: { place: 'connection', does: 'readings never reach the wire' },
  delay: { place: 'connection', does: 'readings go out later', by: { what: 'duration', usual: '5s' } },
  duplicate: { place: 'connection', does: 'each reading goes out twice' },
  reorder: { place: 'connection', does: 'every second reading is overtaken by the next' },
  'will-without-birth': { place: 'connection', does: 'connects again, leaves a will and says nothing' },
  'half-open': { place: 'connection', does: 'nothing gets through and neither end is told' },
  outage: { place: 'connection', does: 'out of reach; readings are buffered and come late' },
  'reboot-loop': {
    place: 'process',
    does: 'starts anew again and again',
    by: { what: 'duration between two starts', usual: '10s' },
  },
  'dead-battery': { place: 'process', does: 'silent, measures nothing; starts anew in the end' },
  'power-cut': {
    place: 'process',
    does: 'all devices of the home are dead, and all start anew and connect at once',
  },
} as const satisfies { [name: string]: FaultFacts };

export type FaultName = keyof typeof faultTable;
export const faultNames = Object.keys(faultTable) as FaultName[];

/** What `by` of a fault is where it is not said; undefined where it has no measure. */
export function usualBy(name: FaultName): string | number | undefined {
  const facts: FaultFacts = faultTable[name];
  return facts.by?.usual;
}
