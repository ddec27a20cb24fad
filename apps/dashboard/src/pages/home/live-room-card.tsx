import { memo, useMemo } from 'react';
import { useSeries } from '../../api/queries.ts';
import { RoomCard, type Day } from '../../components/room-card.tsx';
import { useFormat } from '../../format-context.ts';
import { historyOf, sparkRange, wishesOf } from '../../room-history.ts';
import type { RoomView } from '../../room-view.ts';
import { useSources } from '../../use-sources.ts';

interface Props {
  view: RoomView;
  isMarked: boolean;
}

/** A room's card with the last day behind it. Draws itself only when its own room changes. */
export const LiveRoomCard = memo(function LiveRoomCard({ view, isMarked }: Props) {
  const format = useFormat();
  const sources = useSources(view, sparkRange.liveMs);
  const { answers } = useSeries(wishesOf(sources, false), sparkRange.ms, sparkRange.points);
  const day = useMemo((): Day | null => {
    const history = historyOf(sources, answers, sparkRange.ms, format);
    if (!history) return null;
    const { from, to, temperature, heating } = history;
    return { from, to, line: temperature, heating };
  }, [sources, answers, format]);
  return <RoomCard view={view} day={day} isMarked={isMarked} />;
});
