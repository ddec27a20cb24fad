import { Type, type Static } from 'typebox';
import { DeviceId, Instant } from './ids.ts';
import { Command, Device, Health, Latest } from './http.ts';
import { QuantityName } from './quantities.ts';

/** New values of one device, after they were stored. */
export const ReadingEvent = Type.Object({
  deviceId: DeviceId,
  latest: Type.Unsafe<{ [Q in QuantityName]?: Latest }>(Type.Record(QuantityName, Latest)),
  lastMessageAt: Instant,
});
export type ReadingEvent = Static<typeof ReadingEvent>;

/**
 * What `/api/events` sends, by SSE event name. Every event but `hello` and `heartbeat` has an id
 * `{stream}-{number}` for Last-Event-ID; `reset` says that the gap is too long: fetch all again.
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
} as const;
export type LiveEventName = keyof typeof liveEvents;
export type LiveEvents = { [E in LiveEventName]: Static<(typeof liveEvents)[E]> };

/** A named heartbeat: comments are invisible to EventSource, and only this shows a dead link. */
export const heartbeatMs = 15_000;
