import { memo } from 'react';
import type { Availability } from '@hearth/contract';
import { markOf, stripWords, type DayMark } from '../availability-words.ts';
import { useFormat } from '../format-context.ts';
import styles from './availability-strip.module.css';

/** Trouble is told by the bar's height as well as by its colour. */
const heights: Readonly<Record<DayMark, number>> = { none: 4, good: 24, some: 16, much: 10 };

interface Props {
  /** A share for each day, oldest first. */
  days: Availability['days'];
  /** The last of them, YYYY-MM-DD. */
  today: string;
}

/** Ninety days at a glance: one bar a day, lower and marked where there was trouble. */
export const AvailabilityStrip = memo(function AvailabilityStrip({ days, today }: Props) {
  const format = useFormat();
  const bars = days.map((share, i) => ({ x: i * 4, mark: markOf(share) }));
  return (
    <svg
      className={styles.strip}
      viewBox={`0 0 ${days.length * 4} 24`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Availability by day: ${stripWords(days, today, format)}`}
    >
      {bars.map(({ mark, x }) => (
        <rect
          key={x}
          className={styles[mark]}
          x={x}
          y={24 - heights[mark]}
          width="3"
          height={heights[mark]}
          rx="1"
        />
      ))}
    </svg>
  );
});
