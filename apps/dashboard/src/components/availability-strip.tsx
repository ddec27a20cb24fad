import { memo } from 'react';
import type { Availability } from '@hearth/contract';
import { markOf, stripWords, type DayMark } from '../availability-words.ts';
import { classNames } from '../class-names.ts';
import { useFormat } from '../format-context.ts';
import styles from './availability-strip.module.css';

/** Trouble is told by the bar's height as well as by its colour. */
const heights: Readonly<Record<DayMark, number>> = { none: 4, good: 24, some: 16, much: 10 };

const marks = Object.keys(heights) as DayMark[];

/** The bars of one mark as one path: a list has ninety of them in each row. */
function barsOf(days: Availability['days'], mark: DayMark): string {
  const height = heights[mark];
  return days
    .map((share, i) => (markOf(share) === mark ? `M${i * 4} ${24 - height}h3v${height}h-3z` : ''))
    .join('');
}

interface Props {
  /** A share for each day, oldest first. */
  days: Availability['days'];
  /** The last of them, YYYY-MM-DD. */
  today: string;
  /** The same is said in words beside it: small, and not read out. */
  isSmall?: boolean;
}

/** Ninety days at a glance: one bar a day, lower and marked where there was trouble. */
export const AvailabilityStrip = memo(function AvailabilityStrip({ days, today, isSmall = false }: Props) {
  const format = useFormat();
  return (
    <svg
      className={classNames(styles.strip, isSmall && styles.small)}
      viewBox={`0 0 ${days.length * 4} 24`}
      preserveAspectRatio="none"
      {...(isSmall
        ? { 'aria-hidden': true }
        : { role: 'img', 'aria-label': `Availability by day: ${stripWords(days, today, format)}` })}
    >
      {marks.map((mark) => (
        <path key={mark} className={styles[mark]} d={barsOf(days, mark)} />
      ))}
    </svg>
  );
});
