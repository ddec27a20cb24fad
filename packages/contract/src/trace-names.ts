import { parseMessage } from './parse.ts';
import { parseDeviceTopic } from './topics.ts';

/** The trace of one reading, by the key that makes its repeats harmless. */
export function readingTrace(device: string, { boot, seq }: { boot: number; seq: number }): string {
  return `reading ${device} ${boot} ${seq}`;
}

/** The trace of one request and its response. */
export function requestTrace(id: string): string {
  return `request ${id}`;
}

/** What a message is called in traces, by every part that it goes through; null for one that is not traced. */
export function traceOf(topic: string, payload: Uint8Array): string | null {
  const { kind, device = '' } = parseDeviceTopic(topic) ?? {};
  if (kind === 'reading') {
    const reading = parseMessage(kind, payload);
    return reading.ok ? readingTrace(device, reading.value) : null;
  }
  if (kind !== 'request' && kind !== 'response') return null;
  const message = parseMessage<'request' | 'response'>(kind, payload);
  return message.ok ? requestTrace(message.value.id) : null;
}
