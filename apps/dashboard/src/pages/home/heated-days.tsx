import { useMemo } from 'react';
import { useSeries } from '../../api/queries.ts';
import { HeatingSummary } from '../../components/heating-summary.tsx';
import { PanelSkeleton } from '../../components/skeletons.tsx';
import { useFormat } from '../../format-context.ts';
import { historyOf, sourcesOf, sparkRange, wishesOf } from '../../room-history.ts';
import type { RoomView } from '../../room-view.ts';
import styles from './home-page.module.css';

/** How the day's heating is spread over the rooms, from the same series as the cards. */
export function HeatedDays({ views }: { views: RoomView[] }) {
  const format = useFormat();
  const heated = views.filter((view) => view.room.heatingFrom.length > 0);
  const wishes = heated.flatMap((view) => wishesOf(sourcesOf(view, sparkRange.ms), false));
  const { answers, isPending } = useSeries(wishes, sparkRange.ms, sparkRange.points);
  // Names and sources as text: quarters of an hour need not be drawn again with every reading.
  const text = JSON.stringify(
    heated.map(({ room }) => ({ id: room.id, name: room.name, heating: room.heatingFrom[0] ?? null })),
  );
  const days = useMemo(() => {
    const rooms = JSON.parse(text) as { id: string; name: string; heating: string | null }[];
    return rooms.flatMap(({ id, name, heating }) => {
      const sources = { temperature: null, setpoint: null, heating, live: null };
      const history = historyOf(sources, answers, sparkRange.ms, format);
      return history ? [{ id, name, from: history.from, to: history.to, heating: history.heating }] : [];
    });
  }, [text, answers, format]);
  if (heated.length === 0) return null;
  return (
    <aside className={styles.aside} aria-label="Today">
      {isPending ? <PanelSkeleton height="380px" /> : <HeatingSummary days={days} />}
    </aside>
  );
}
