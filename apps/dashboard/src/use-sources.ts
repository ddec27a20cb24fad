import { useState } from 'react';
import { sourcesOf, type HistorySources } from './room-history.ts';
import type { RoomView } from './room-view.ts';

/** A curve that has just begun follows each second: a new device is watched. */
const beginning = { values: 10, everyMs: 1000 };
/** Live values kept for the end of a curve: more than come between two fetches. */
const keptValues = 100;

/** Keeps the sources as {@link useSources} gives them, for one place where they are shown. */
export function createKeeper(): (view: RoomView, everyMs: number) => HistorySources {
  let kept: { from: string; slot: number; sources: HistorySources } | null = null;
  return (view, everyMs) => {
    const { live, ...rest } = sourcesOf(view);
    const from = JSON.stringify([rest.temperature, rest.setpoint, rest.heating, everyMs]);
    const before = kept?.from === from ? kept : null;
    const recent = before?.sources.recent ?? [];
    const stepMs = recent.length < beginning.values ? Math.min(beginning.everyMs, everyMs) : everyMs;
    const slot = live ? Math.floor(live.at / stepMs) : -1;
    if (before?.slot === slot) return before.sources;
    const isNew = live && live.at > (recent.at(-1)?.at ?? 0);
    const grown = isNew ? [...recent, live].slice(-keptValues) : recent;
    kept = { from, slot, sources: { ...rest, live, recent: grown } };
    return kept.sources;
  };
}

/**
 * The sources of a room's history, the same object for `everyMs` unless the sources themselves change:
 * readings come every few seconds, and a day's curve need not follow each of them. Gathers the live values
 * that came while it is shown.
 */
export function useSources(view: RoomView, everyMs: number): HistorySources {
  const [keep] = useState(createKeeper);
  return keep(view, everyMs);
}
