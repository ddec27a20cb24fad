import { useMemo } from 'react';
import { sourcesOf, type HistorySources } from './room-history.ts';
import type { RoomView } from './room-view.ts';

/**
 * The sources of a room's history, the same object until it would be drawn differently: readings come every
 * few seconds, and a day's curve need not follow each of them.
 */
export function useSources(view: RoomView, everyMs: number): HistorySources {
  const text = JSON.stringify(sourcesOf(view, everyMs));
  return useMemo(() => JSON.parse(text) as HistorySources, [text]);
}
