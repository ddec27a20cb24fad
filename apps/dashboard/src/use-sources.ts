import { useState } from 'react';
import { sourcesOf, type HistorySources } from './room-history.ts';
import type { RoomView } from './room-view.ts';

function createKeeper(): (view: RoomView, everyMs: number) => HistorySources {
  let kept: { text: string; sources: HistorySources } | null = null;
  return (view, everyMs) => {
    const sources = sourcesOf(view);
    const { live, ...from } = sources;
    const text = JSON.stringify([from, live && Math.floor(live.at / everyMs)]);
    if (kept?.text !== text) kept = { text, sources };
    return kept.sources;
  };
}

/**
 * The sources of a room's history, the same object for `everyMs` unless the sources themselves change:
 * readings come every few seconds, and a day's curve need not follow each of them.
 */
export function useSources(view: RoomView, everyMs: number): HistorySources {
  const [keep] = useState(createKeeper);
  return keep(view, everyMs);
}
