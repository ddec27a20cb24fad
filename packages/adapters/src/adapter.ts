import type { About, Device, QuantityName, Rejection, Values } from '@hearth/contract';

/** One MQTT message of somebody else's device or gateway, as the broker passed it on. */
export interface AdapterMessage {
  topic: string;
  payload: Uint8Array;
  /** When it reached us. Unix ms. */
  receivedAt: number;
  /** The broker had it in store: nobody knows how old it is. */
  isRetained: boolean;
  /** Whether who may have sent it reaches a topic that it names; not set where nobody knows who that is. */
  mayName?: (topic: string) => boolean;
}

/** What was measured, at an instant in Unix ms. */
export interface Measured {
  at: number;
  values: Values;
  faults?: { [Q in QuantityName]?: string };
}

/**
 * What a message says, in the words of the contract. `heard`: of a device, what it is and what it measured;
 * `answers` names the request that this is the answer to, where the device says so. `presence`: whether it is
 * there; null where that is not known. `refused`: it did not do what was asked of it. `rejected`: not to be
 * trusted, and why; on the page of the device, or of its gateway.
 */
export type Said =
  | {
      kind: 'heard';
      device: { id: string; name: string; about: About };
      arrival?: Measured;
      answers?: string;
    }
  | { kind: 'presence'; device: string; isOnline: boolean | null }
  | { kind: 'refused'; device: string; request?: string; detail: string }
  | { kind: 'rejected'; device: string | null; rejection: Rejection };

/** A message of ours to a device or its gateway; never retained. */
export interface Outgoing {
  topic: string;
  payload: string;
}

/** Messages that ask for values, and which of those that were wanted are new in the next report: others may be old. */
export interface Question {
  messages: readonly Outgoing[];
  quantities: readonly QuantityName[];
}

/** What one kind of software says, understood in the light of what it said before. No I/O and no clock. */
export interface AdapterSession {
  /** Empty for what is nothing for a home's heating. Never throws, whatever the bytes. */
  read(message: AdapterMessage): readonly Said[];
  /** Topics to be heard besides the adapter's filters, as far as it knows by now; they only become more. */
  topics?: ReadonlySet<string>;
  /** How a device is asked for its present values; null where it cannot be. `request` names the question. */
  ask?(device: string, quantities: readonly QuantityName[], request: string): Question | null;
  /** How a setpoint in °C, checked against the manifest, is told to a device; null where it cannot be. */
  set?(device: string, setpoint: number, request: string): readonly Outgoing[] | null;
}

/** Turns the messages of one kind of software into the contract's words. */
export interface Adapter {
  /** Also the `source` of its devices. */
  name: Exclude<Device['source'], 'contract' | 'import'>;
  /** The MQTT topic filters of its messages. */
  filters: readonly string[];
  /** Its messages say when they were made, so that those that waited at the broker are worth having. */
  isTimed: boolean;
  /** Begins with nothing known. The same messages give the same words. */
  open(): AdapterSession;
}
