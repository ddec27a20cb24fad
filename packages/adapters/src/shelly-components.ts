import type { QuantityName } from '@hearth/contract';
import { own, type Json } from './json.ts';
import { readNumber, type Read } from './quantity.ts';

type Reads = readonly (readonly [QuantityName, Read])[];
interface Call {
  method: string;
  params?: object;
}

/** What one kind of component says of a home's heating, and how it is spoken to. */
interface Kind {
  reads(values: unknown): Reads;
  /** The method that gives the component's status. */
  ask: string;
  /** A device of its own behind a gateway, and what it is called. */
  product?: string;
  limits?: { min: number; max: number; step: number };
  set?(id: number, setpoint: number): Call;
}

/** A component of a device, `thermostat:0`. */
export interface Component {
  key: string;
  type: string;
  isDevice: boolean;
  ask: Call;
  reads(values: unknown): Reads;
  set(setpoint: number): Call | null;
  /** Its status in an answer of the device behind a gateway. */
  remote(result: Json): unknown;
  /** Whether it says that the device sleeps: a battery, and nothing plugged in. */
  sleeps(values: unknown): boolean;
}

const number = (quantity: QuantityName, values: unknown, key: string, unit?: string) =>
  [quantity, readNumber(quantity, own(values, key), `/${key}`, unit)] as const;

/** A temperature sensor that does not answer has `null`, and says why in `errors`. */
function temperature(values: unknown): Reads {
  const errors = own(values, 'errors');
  const isFault = own(values, 'tC') === null && Array.isArray(errors) && errors.length > 0;
  return [
    isFault
      ? ['temperature', { fault: String(errors[0]).slice(0, 64) }]
      : number('temperature', values, 'tC'),
  ];
}

function onOff(values: unknown, key: string): Read {
  const value = own(values, key);
  return typeof value === 'boolean' ? { value } : null;
}

/** @see https://shelly-api-docs.shelly.cloud/gen2/ */
export const components: Readonly<Record<string, Kind>> = {
  temperature: { ask: 'Temperature.GetStatus', reads: temperature },
  humidity: { ask: 'Humidity.GetStatus', reads: (values) => [number('humidity', values, 'rh')] },
  devicepower: {
    ask: 'DevicePower.GetStatus',
    reads: (values) => [number('battery', own(values, 'battery'), 'percent')],
  },
  switch: {
    ask: 'Switch.GetStatus',
    reads: (values) => [
      number('power', values, 'apower'),
      number('energy', own(values, 'aenergy'), 'total', 'Wh'),
    ],
  },
  thermostat: {
    ask: 'Thermostat.GetStatus',
    reads: (values) => [
      number('temperature', values, 'current_C'),
      number('setpoint', values, 'target_C'),
      ['heating', onOff(values, 'output')],
    ],
    limits: { min: 5, max: 35, step: 0.5 },
    set: (id, target_C) => ({ method: 'Thermostat.SetConfig', params: { id, config: { id, target_C } } }),
  },
  blutrv: {
    ask: 'BluTrv.GetRemoteStatus',
    product: 'BLU TRV',
    reads: (values) => [
      number('temperature', values, 'current_C'),
      number('setpoint', values, 'target_C'),
      number('valve', values, 'pos'),
      number('battery', values, 'battery'),
      number('signal', values, 'rssi'),
    ],
    limits: { min: 4, max: 30, step: 0.5 },
    set: (id, target_C) => ({
      method: 'BluTrv.Call',
      params: { id, method: 'Trv.SetTarget', params: { id: 0, target_C } },
    }),
  },
};

/** The component that a key of a status names; null for one of which nothing is read. An add-on’s are not. */
export function findComponent(key: string): Component | null {
  const [, type = '', digits = ''] = /^([a-z]+):(\d{1,3})$/.exec(key) ?? [];
  const kind = Object.hasOwn(components, type) ? components[type]! : null;
  const id = Number(digits);
  const isDevice = kind?.product !== undefined;
  if (!kind || (!isDevice && id !== 0)) return null;
  return {
    key,
    type,
    isDevice,
    ask: { method: kind.ask, params: { id } },
    reads: (values) => kind.reads(values),
    set: (setpoint) => kind.set?.(id, setpoint) ?? null,
    remote: (result) =>
      isDevice ? (own(own(result, 'status'), 'trv:0') ?? own(result, 'trv:0') ?? result) : result,
    sleeps: (values) => type === 'devicepower' && own(own(values, 'external'), 'present') !== true,
  };
}
