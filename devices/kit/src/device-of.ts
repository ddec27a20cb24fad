import type { About, CheckedDevice } from '@hearth/contract';

/** What the contract allows. */
const textMaxLength = 60;

/** What a device says of itself, as text; empty where it is none, and cut where it is too long. */
export function deviceOf({ maker, model, firmware }: Partial<About>): CheckedDevice {
  const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, textMaxLength) : '');
  return { maker: text(maker), model: text(model), firmware: text(firmware) };
}
