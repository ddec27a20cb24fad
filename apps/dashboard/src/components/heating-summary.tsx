import { memo } from 'react';
import { useFormat } from '../format-context.ts';
import { dayWords, type HeatSpan } from '../heat-spans.ts';
import styles from './heating-summary.module.css';

/** The day of one heated room. */
export interface HeatedDay {
  id: string;
  name: string;
  from: number;
  to: number;
  heating: HeatSpan[];
}

const isOn = ({ share }: HeatSpan): boolean => share > 0;

function Strip({ from, to, heating }: HeatedDay) {
  const share = (at: number) => ((at - from) / (to - from)) * 100;
  return (
    <svg className={styles.strip} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {heating.filter(isOn).map((span) => (
        <rect
          key={span.from}
          x={share(span.from)}
          width={Math.max(0.3, share(span.to) - share(span.from))}
          height="10"
          opacity={0.3 + 0.7 * span.share}
        />
      ))}
    </svg>
  );
}

/** When each room was heated in the last day, and for how long. */
export const HeatingSummary = memo(function HeatingSummary({ days }: { days: readonly HeatedDay[] }) {
  const format = useFormat();
  return (
    <section className={styles.summary} aria-labelledby="heating-summary">
      <h2 id="heating-summary">Heating, last 24 hours</h2>
      <ul>
        {days.map((day) => (
          <li key={day.id}>
            <span className={styles.name}>{day.name}</span>
            <span className={styles.time}>{dayWords(day.heating, format)}</span>
            <Strip {...day} />
          </li>
        ))}
      </ul>
      <p className={styles.axis} aria-hidden="true">
        <span>24 h ago</span>
        <span>now</span>
      </p>
    </section>
  );
});
