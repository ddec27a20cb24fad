import type { LiveEventName, LiveEvents } from '@hearth/contract';

/** An event as the stream sends it; `id` is null for those that cannot be replayed. */
export interface LiveMessage {
  id: string | null;
  event: LiveEventName;
  data: string;
}

/** The fan-out of what happens to the open dashboards, with a ring for those that were away for a moment. */
export interface Live {
  publish<E extends LiveEventName>(event: E, data: LiveEvents[E]): void;
  /**
   * Replays what came after `lastEventId` (or `reset` when that is too long ago), then sends on.
   * Returns the way to stop.
   */
  subscribe(lastEventId: string | null, send: (message: LiveMessage) => void): () => void;
}
