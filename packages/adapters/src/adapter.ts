import type { About, QuantityName, Rejection, Values } from '@hearth/contract';

/** One MQTT message of somebody else's device or gateway, as the broker passed it on. */
export interface AdapterMessage {
  topic: string;
  payload: Uint8Array;
  /** When it reached us. Unix ms. */
  receivedAt: number;
}

/**
 * What an adapter made of a message. `heard`: a device in the words of the contract, with what it said.
 * `ignored`: well-formed and nothing for a home's heating. `rejected`: not to be trusted, and why.
 */
export type AdapterResult =
  | {
      kind: 'heard';
      device: { id: string; name: string; about: About };
      arrival: { at: number; values: Values; faults?: { [Q in QuantityName]?: string } };
    }
  | { kind: 'ignored' }
  | { kind: 'rejected'; rejection: Rejection };

/** Turns the messages of one kind of software into the contract's words. Pure: same message, same result. */
export interface Adapter {
  /** Also the `source` of its devices. */
  name: 'rtl_433';
  /** The MQTT topic filters of its messages: what the api subscribes to and a gateway may publish to. */
  filters: readonly string[];
  /** Never throws, whatever the bytes. */
  read(message: AdapterMessage): AdapterResult;
}
