import { deviceTopic, type Device, type QuantityName } from '@hearth/contract';
import type { Outgoing as Message } from '@hearth/adapters';
import type { BrokerSession } from './broker-session.ts';
import type { Foreign } from './foreign.ts';

/** A request on its way to a device. `sent` resolves at the broker's acknowledgement. */
export interface Sent {
  sent: Promise<void>;
  /** What is asked for, where the answer does not name the question: then it is the next report of these. */
  loose: readonly QuantityName[] | null;
}

/** Tells requests to devices in the words that each understands; null for a device that understands none. */
export function createOutgoing(parts: {
  home: string;
  publish: BrokerSession['publish'];
  foreign: Pick<Foreign, 'ask' | 'set'>;
}) {
  const { home, publish, foreign } = parts;
  const native = (device: Device, request: object): Sent => {
    const topic = deviceTopic(home, device.id, 'request');
    return { sent: publish(topic, JSON.stringify(request), { isUrgent: true }), loose: null };
  };
  const all = async (messages: readonly Message[]): Promise<void> => {
    await Promise.all(messages.map(({ topic, payload }) => publish(topic, payload, { isUrgent: true })));
  };
  return {
    get(device: Device, conn: number | null, id: string, get: readonly QuantityName[]): Sent | null {
      if (device.source === 'contract') return native(device, { id, conn, get });
      const question = foreign.ask(device, get, id);
      if (!question) return null;
      // What was not asked for may be in the report all the same, and is no answer.
      return { sent: all(question.messages), loose: device.ask === 'read' ? question.quantities : null };
    },
    set(device: Device, conn: number | null, id: string, setpoint: number): Sent | null {
      if (device.source === 'contract') return native(device, { id, conn, set: { setpoint } });
      const messages = foreign.set(device, setpoint, id);
      return messages && { sent: all(messages), loose: null };
    },
  };
}
export type OutgoingRequests = ReturnType<typeof createOutgoing>;
