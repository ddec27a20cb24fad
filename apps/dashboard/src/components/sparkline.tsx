import { memo } from 'react';
import type { HeatSpan } from '../heat-spans.ts';
import type { Point } from '../series-points.ts';
import styles from './sparkline.module.css';

interface Props {
  line: readonly Point[];
  heating: readonly HeatSpan[];
  from: number;
  to: number;
  /** Dashed and without its end point: the line is not growing at present. */
  isStopped?: boolean;
}

const width = 240;
const height = 64;
/** Room above and below the line, so that its stroke and end point are not cut. */
const margin = 9;
/** Room at the right edge for the end point: now is not where the card is cut off. */
const endRoom = 7;
/** A quiet night must not look like a storm: the scale spans at least this much, in the unit shown. */
const leastSpan = 2;

function scaleOf(line: readonly Point[]): (y: number) => number {
  let low = Infinity;
  let high = -Infinity;
  for (const { y } of line) {
    if (y < low) low = y;
    if (y > high) high = y;
  }
  const spread = Math.max(high - low, leastSpan);
  const middle = (low + high) / 2;
  return (y) => height / 2 - ((y - middle) / spread) * (height - 2 * margin);
}

function pathOf(line: readonly Point[], toX: (x: number) => number, toY: (y: number) => number): string {
  let path = '';
  let isPenDown = false;
  for (const { x, y } of line) {
    if (Number.isNaN(y)) isPenDown = false;
    else {
      path += `${isPenDown ? 'L' : 'M'}${toX(x).toFixed(1)} ${toY(y).toFixed(1)}`;
      isPenDown = true;
    }
  }
  return path;
}

const isOn = ({ share }: HeatSpan): boolean => share > 0;

/** A day at a glance: the temperature as a line with its gaps, heating shaded behind. A picture, not data. */
export const Sparkline = memo(function Sparkline({ line, heating, from, to, isStopped = false }: Props) {
  const toX = (x: number) => ((x - from) / (to - from)) * (width - endRoom);
  const toY = scaleOf(line);
  const last = line.at(-1);
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {heating.filter(isOn).map((span) => (
        <rect
          key={span.from}
          className={styles.heat}
          x={toX(span.from)}
          width={Math.max(0.5, toX(span.to) - toX(span.from))}
          height={height}
          opacity={0.25 + 0.75 * span.share}
        />
      ))}
      <path className={isStopped ? styles.stopped : styles.line} d={pathOf(line, toX, toY)} />
      {last && !isStopped && !Number.isNaN(last.y) && (
        <path className={styles.end} d={`M${toX(last.x)} ${toY(last.y)}h0.01`} />
      )}
    </svg>
  );
});
