import { useFormat } from '../format-context.ts';
import { tableRows, type History } from '../series-points.ts';
import styles from './history-table.module.css';

const rowCount = 24;

/** A history as a table, newest first: for whoever reads better than sees. */
export function HistoryTable({ name, history }: { name: string; history: History }) {
  const format = useFormat();
  const rows = tableRows(history, rowCount);
  const degrees = (value: number | null) =>
    value === null ? '–' : `${format.number(value, 1)} ${format.unit}`;
  return (
    <table className={styles.table}>
      <caption className="sr-only">{name}, history</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Temperature</th>
          <th scope="col">Setpoint</th>
          <th scope="col">Heating</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ at, temperature, setpoint, heating }) => (
          <tr key={at}>
            <th scope="row">{format.dateTime(at)}</th>
            <td>{temperature === null ? 'no reading' : degrees(temperature)}</td>
            <td>{degrees(setpoint)}</td>
            <td>{heating > 0 ? `${Math.max(1, Math.round(heating * 100))} %` : 'no'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
