import { useMemo, useState } from 'react';
import { useDevices, useRooms, useSeries } from '../../api/queries.ts';
import { serverNow } from '../../clock.ts';
import { useFormat } from '../../format-context.ts';
import { comparedOf, comparisonsOf, wishOf, type Comparison } from '../../history-comparison.ts';
import { edgesOf, type Stretch } from '../../history-stretch.ts';
import { viewRoom, type RoomView } from '../../room-view.ts';
import type { History } from '../../series-points.ts';

interface ChosenComparison {
  choices: Comparison[];
  /** The value of the one that holds; empty for none. */
  value: string;
  choose: (value: string) => void;
  /** The history with what it is compared with, as soon as that is here. */
  history: History | null;
}

/** What a room's history can be compared with, and the history with what was chosen. */
export function useComparison(
  view: RoomView,
  stretch: Stretch,
  points: number,
  history: History | null,
): ChosenComparison {
  const format = useFormat();
  const [chosen, choose] = useState('');
  const { data: rooms } = useRooms();
  const { data: devices } = useDevices();
  const { from, to } = edgesOf(stretch, serverNow());
  const byId = new Map(devices?.map((device) => [device.id, device]));
  const others = (rooms ?? []).map((room) => viewRoom(room, byId));
  const choices = comparisonsOf(view, others, to - from);
  const comparison = choices.find(({ value }) => value === chosen) ?? null;
  const wish = comparison && wishOf(comparison, stretch, serverNow());
  const { answers } = useSeries(wish?.wishes ?? [], wish?.stretch ?? stretch, points);
  const [answer] = answers;
  const text = JSON.stringify(comparison);
  const compared = useMemo(() => {
    const asked = JSON.parse(text) as Comparison | null;
    return asked && history ? comparedOf(asked, answer, history, format) : null;
  }, [text, answer, history, format]);
  return {
    choices,
    value: comparison?.value ?? '',
    choose,
    history: useMemo(() => (history && compared ? { ...history, compared } : history), [history, compared]),
  };
}
