import { readingTrace, requestTrace, type AskOutcome } from '@hearth/contract';
import type { Tracing } from '@hearth/part';
import type { Arrival } from '@hearth/store';

/** Unix ms, to microseconds. */
export const preciseNow = (): number => performance.timeOrigin + performance.now();

/** When a batch was read, was on disk, and was acknowledged, Unix ms. */
export interface BatchTimes {
  begunAt: number;
  readAt: number;
  committedAt: number;
  acknowledgedAt: number;
}

/** Tells the way of each reading of a batch; the device's part only of one that was measured just now, by its own clock. */
export function traceReadings(tracing: Tracing, arrivals: readonly Arrival[], times: BatchTimes): void {
  const { begunAt, readAt, committedAt, acknowledgedAt: to } = times;
  for (const { device, key, at, receivedAt, isLate } of arrivals) {
    if (key === null) continue;
    const trace = readingTrace(device, key);
    const isPresent = !isLate && at <= receivedAt;
    const attributes = { 'hearth.device': device, 'hearth.boot': key.boot, 'hearth.seq': key.seq };
    tracing.whole(trace, { name: 'reading', from: isPresent ? at : receivedAt, to, attributes });
    if (isPresent)
      tracing.step(trace, { name: 'device and broker: measured until received', from: at, to: receivedAt });
    tracing.step(trace, { name: 'bridge: wait', from: receivedAt, to: begunAt });
    tracing.step(trace, { name: 'bridge: read', from: begunAt, to: readAt });
    tracing.step(trace, { name: 'store: commit', from: readAt, to: committedAt });
    tracing.step(trace, { name: 'api: show and acknowledge', from: committedAt, to });
  }
}

/** Tells the way of a request: the legs of an answer lie behind each other in the order of the way. */
export function traceRequest(
  tracing: Tracing,
  { id, device, from, outcome }: { id: string; device: string; from: number; outcome: AskOutcome },
): void {
  const trace = requestTrace(id);
  const attributes = { 'hearth.device': device, 'hearth.outcome': outcome.outcome };
  tracing.whole(trace, { name: 'request', from, to: preciseNow(), attributes });
  if (outcome.outcome !== 'answered') return;
  const { toBrokerMs, onDeviceMs, wireMs } = outcome.legs;
  const reached = from + toBrokerMs;
  tracing.step(trace, { name: 'api to broker', from, to: reached });
  if (onDeviceMs === null) return;
  // How the rest is shared between there and back nobody knows: the device is drawn in its middle.
  const begun = reached + wireMs / 2;
  tracing.step(trace, { name: 'device: measure', from: begun, to: begun + onDeviceMs });
}
