import { Type, type Static } from 'typebox';
import { AlertEvent } from './alerts.ts';
import { Command } from './asking.ts';
import { byQuantity } from './by-quantity.ts';
import { CheckEvent } from './conformance.ts';
import { ValueFreshness } from './freshness.ts';
import { Device, Health, Latest } from './http.ts';
import { DeviceId, Instant } from './ids.ts';
import { ProbeRun } from './probes.ts';
import { TransferEvent } from './transfer.ts';

/** New values of one device, after they were stored. */
export const ReadingEvent = Type.Object({
  deviceId: DeviceId,
  latest: byQuantity(Latest),
  lastMessageAt: Instant,
  freshness: Type.Optional(byQuantity(ValueFreshness, 'Of all its values; a reading renews those it has.')),
});
export type ReadingEvent = Static<typeof ReadingEvent>;

/**
 * What `/api/events` sends, by SSE event name. Events have an id `{stream}-{number}` for Last-Event-ID.
 * `hello` has the id of the newest event when the client named none, so that a stream that breaks before its
 * first event resumes there, and no id when it resumes. `reset` says that the gap cannot be told: fetch all
 * again; its id is the newest event's. `heartbeat` has none.
 */
export const liveEvents = {
  hello: Type.Object({ now: Instant }),
  heartbeat: Type.Object({ now: Instant }),
  reset: Type.Object({ now: Instant }),
  reading: ReadingEvent,
  device: Device,
  removed: Type.Object({ deviceIds: Type.Array(DeviceId) }),
  rooms: Type.Object({}),
  command: Command,
  health: Health,
  transfer: TransferEvent,
  check: CheckEvent,
  alert: AlertEvent,
  channels: Type.Object({}),
  probe: ProbeRun,
} as const;
export type LiveEventName = keyof typeof liveEvents;
export type LiveEvents = { [E in LiveEventName]: Static<(typeof liveEvents)[E]> };

/** A named heartbeat: comments are invisible to EventSource, and only this shows a dead link. */
export const heartbeatMs = 15_000;
