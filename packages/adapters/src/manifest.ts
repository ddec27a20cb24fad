import { quantities, type About, type QuantityName } from '@hearth/contract';
import { label } from './device-id.ts';

type Setpoint = NonNullable<NonNullable<About['commands']['set']>['setpoint']>;

/** What other software says of a device; what it leaves out is `unknown`. */
export interface Facts {
  maker?: unknown;
  model?: unknown;
  firmware?: unknown;
  power?: About['power'];
  /** It switches or drives a heater itself. */
  isHeater?: boolean;
  quantities: Iterable<QuantityName>;
  /** It can be asked for its present values. */
  isAsked?: boolean;
  setpoint?: Setpoint | null;
  /** The longest time between two reports. */
  periodMs?: number;
  /** What changes seldom is reported when it does, and holds while the device is there. */
  isOnChange?: boolean;
}

const textMaxLength = 64;
/** The longest period that a manifest may state. */
const dayMs = 86_400_000;
const onChange: ReadonlySet<QuantityName> = new Set(['setpoint', 'mode', 'heating']);

/** A manifest of the contract for somebody else's device. The setpoint's limits are within the platform's. */
export function manifestOf({
  power,
  setpoint,
  isAsked,
  isHeater,
  periodMs,
  isOnChange,
  ...facts
}: Facts): About {
  const names = [...facts.quantities];
  const isThermostat = names.includes('setpoint');
  return {
    contract: 1,
    maker: label(facts.maker, textMaxLength) ?? 'unknown',
    model: label(facts.model, textMaxLength) ?? 'unknown',
    kind: isThermostat ? 'thermostat' : isHeater ? 'heater' : 'sensor',
    firmware: label(facts.firmware, textMaxLength) ?? 'unknown',
    ...(power ? { power } : {}),
    quantities: Object.fromEntries(
      names.map((name) => [name, quantityOf(name, isOnChange && onChange.has(name) ? dayMs : periodMs)]),
    ) as About['quantities'],
    commands: {
      ...(isAsked ? { get: true } : {}),
      ...(setpoint && isThermostat ? { set: { setpoint } } : {}),
    },
  };
}

function quantityOf(name: QuantityName, periodMs?: number): NonNullable<About['quantities'][QuantityName]> {
  const facts = quantities[name];
  const period = periodMs === undefined ? {} : { periodMs };
  if (facts.kind !== 'number') return period;
  return { unit: facts.unit, resolution: name === 'battery' ? 1 : 0.01, ...period };
}

/** Limits of a setpoint in °C from what a device says of itself, within the platform's; null where they make no sense. */
export function setpointOf(min: unknown, max: unknown, step: unknown): Setpoint | null {
  const [least, most, each] = [min, max, step].map(Number) as [number, number, number];
  if (![least, most, each].every(Number.isFinite) || each <= 0 || each > 5) return null;
  const { min: floor, max: ceiling } = quantities.setpoint;
  // Steps are counted from the least: it stays one of them.
  const first = least >= floor ? least : least + Math.ceil((floor - least) / each - 1e-9) * each;
  const limits = { min: Math.round(first * 100) / 100, max: Math.min(most, ceiling), step: each };
  return limits.min < limits.max ? limits : null;
}
