import { useFormat } from '../format-context.ts';
import type { Format } from '../format.ts';
import { heatedMs, heatedWords } from '../heat-spans.ts';
import type { ReadOut } from '../history-reading.ts';
import type { History } from '../series-points.ts';
import styles from './history-chart.module.css';

interface Props {
  reading: ReadOut | null;
  history: History;
}

/** What the cursor points at, to be spoken. */
export function readingWords(reading: ReadOut, format: Format): string {
  const { at, temperature, setpoint, heating, compared } = reading;
  return [
    format.dateTime(at),
    temperature === null ? 'no reading' : `${format.number(temperature, 1)} degrees`,
    setpoint !== null && `set to ${format.number(setpoint, 1)}`,
    heating !== null && heating > 0 && 'heating',
    compared !== null && `compared with ${format.number(compared, 1)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** What the cursor points at, above the chart and never under the finger; the key when it points at nothing. */
export function ChartReading({ reading, history }: Props) {
  const format = useFormat();
  const degrees = (value: number) => `${format.number(value, 1)} ${format.unit}`;
  if (reading)
    return (
      <figcaption className={styles.reading}>
        <strong>{reading.temperature === null ? 'No reading' : degrees(reading.temperature)}</strong>
        {reading.setpoint !== null && <span>set to {degrees(reading.setpoint)}</span>}
        {reading.compared !== null && (
          <span>
            {history.compared?.words} {degrees(reading.compared)}
          </span>
        )}
        {reading.heating !== null && reading.heating > 0 && (
          <span className={styles.heating}>
            heating{reading.heating < 0.99 && ` ${Math.round(reading.heating * 100)} % of the time`}
          </span>
        )}
        <span className={styles.when}>{format.dateTime(reading.at)}</span>
      </figcaption>
    );
  const { extremes } = history;
  return (
    <figcaption className={styles.reading}>
      <span className={styles.keyLine}>
        {extremes ? `${format.number(extremes.low, 1)} to ${degrees(extremes.high)}` : 'No readings'}
      </span>
      {history.setpoint.length > 0 && <span className={styles.keySet}>Setpoint</span>}
      {history.compared && (
        <span className={styles.keyOther}>
          {history.compared.words}
          {history.compared.temperature.length === 0 && ': no readings'}
        </span>
      )}
      {history.heating.length > 0 && (
        <span className={styles.keyHeat}>Heating, {heatedWords(heatedMs(history.heating), format)}</span>
      )}
    </figcaption>
  );
}
