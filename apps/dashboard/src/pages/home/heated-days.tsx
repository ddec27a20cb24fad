import { memo, useMemo } from 'react';
import { useSeries } from '../../api/queries.ts';
import { HeatingSummary } from '../../components/heating-summary.tsx';
import { PanelSkeleton } from '../../components/skeletons.tsx';
import { useFormat } from '../../format-context.ts';
import { historyOf, sparkRange, wishesOf, type HistorySources } from '../../room-history.ts';
import type { RoomView } from '../../room-view.ts';
import styles from './home-page.module.css';

type HeatedRoom = Pick<RoomView['room'], 'id' | 'name' | 'heatingFrom'>;

const sourcesOf = ({ heatingFrom }: HeatedRoom): HistorySources => ({
  temperature: null,
  setpoint: null,
  heating: heatingFrom,
  live: null,
  recent: [],
});

/** Draws itself when rooms or their heaters change, and as quarters of an hour fill. */
const Days = memo(function Days({ text }: { text: string }) {
  const format = useFormat();
  const rooms = useMemo(() => JSON.parse(text) as HeatedRoom[], [text]);
  const wishes = useMemo(() => rooms.flatMap((room) => wishesOf(sourcesOf(room), false)), [rooms]);
  const { answers, isPending } = useSeries(wishes, sparkRange, sparkRange.points);
  const days = useMemo(
    () =>
      rooms.flatMap((room) => {
        const history = historyOf(sourcesOf(room), answers, sparkRange, format);
        const { id, name } = room;
        return history ? [{ id, name, from: history.from, to: history.to, heating: history.heating }] : [];
      }),
    [rooms, answers, format],
  );
  return isPending ? <PanelSkeleton height="380px" /> : <HeatingSummary days={days} />;
});

/** How the day's heating is spread over the rooms, from the same series as the cards. */
export function HeatedDays({ views }: { views: RoomView[] }) {
  const heated = views.filter((view) => view.room.heatingFrom.length > 0);
  if (heated.length === 0) return null;
  // Names and sources as text, which stays the same while readings come.
  const text = JSON.stringify(
    heated.map(({ room: { id, name, heatingFrom } }): HeatedRoom => ({ id, name, heatingFrom })),
  );
  return (
    <aside className={styles.aside} aria-label="Today">
      <Days text={text} />
    </aside>
  );
}
