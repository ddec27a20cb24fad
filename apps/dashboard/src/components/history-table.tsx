import { duration } from '../format.ts';
import { useFormat } from '../format-context.ts';
import { tableRows } from '../history-reading.ts';
import type { History } from '../series-points.ts';
import styles from './history-table.module.css';

const rowCount = 24;

/** A share of heating in whole percent; the least bit is not none. */
function heatingWords(share: number | null): string {
  if (share === null) return '–';
  return share > 0 ? `${Math.max(1, Math.round(share * 100))} %` : 'no';
}

/** A history as a table, newest first: for whoever reads better than sees. */
export function HistoryTable({ name, history }: { name: string; history: History }) {
  const format = useFormat();
  const degrees = (value: number) => `${format.number(value, 1)} ${format.unit}`;
  return (
    <table className={styles.table}>
      <caption>
        <span className="sr-only">{name}, history. </span>
        Each row is the mean of {duration((history.to - history.from) / rowCount)} from the time shown; its
        setpoint is the last one in them.
      </caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">Temperature</th>
          <th scope="col">Setpoint</th>
          <th scope="col">Heating</th>
        </tr>
      </thead>
      <tbody>
        {tableRows(history, rowCount).map(({ from, temperature, setpoint, heating }) => (
          <tr key={from}>
            <th scope="row">{format.dateTime(from)}</th>
            {temperature === null ? (
              <td className={styles.none}>no readings</td>
            ) : (
              <td>{degrees(temperature)}</td>
            )}
            <td>{setpoint === null ? '–' : degrees(setpoint)}</td>
            <td>{heatingWords(heating)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
