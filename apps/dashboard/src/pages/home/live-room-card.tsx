import { memo, useCallback, useMemo } from 'react';
import type { Availability } from '@hearth/contract';
import { useSeries } from '../../api/queries.ts';
import { RoomCard } from '../../components/room-card.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { useFormat } from '../../format-context.ts';
import { historyOf, sparkRange, wishesOf, type HistorySources } from '../../room-history.ts';
import type { RoomView } from '../../room-view.ts';
import { useSources } from '../../use-sources.ts';

interface DayProps {
  sources: HistorySources;
  isStopped: boolean;
}

/** The last day of a room, apart from its card: it follows quarters of an hour and not readings. */
const Day = memo(function Day({ sources, isStopped }: DayProps) {
  const format = useFormat();
  const { answers } = useSeries(wishesOf(sources, false), sparkRange, sparkRange.points);
  const history = useMemo(() => historyOf(sources, answers, sparkRange, format), [sources, answers, format]);
  if (!history) return null;
  const { from, to, temperature, heating } = history;
  return <Sparkline line={temperature} heating={heating} from={from} to={to} isStopped={isStopped} />;
});

interface Props {
  view: RoomView;
  isMarked: boolean;
  availability: Availability | undefined;
  today: string;
}

/** A room's card with the last day behind it. Draws itself only when its own room changes. */
export const LiveRoomCard = memo(function LiveRoomCard({ view, ...rest }: Props) {
  const sources = useSources(view, sparkRange.liveMs);
  const renderDay = useCallback(
    (isStopped: boolean) => <Day sources={sources} isStopped={isStopped} />,
    [sources],
  );
  return <RoomCard view={view} renderDay={renderDay} {...rest} />;
});
