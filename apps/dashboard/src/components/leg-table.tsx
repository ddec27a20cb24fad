import type { LegFigures, LegMs } from '@hearth/contract';
import { span } from '../format.ts';
import { useFormat } from '../format-context.ts';
import { legGroups, type LegGroup } from '../probe-words.ts';
import styles from './leg-table.module.css';

interface Props {
  groups?: readonly LegGroup[];
  last: readonly LegMs[];
  figures: readonly LegFigures[];
}

/** Each leg of the way with the last time and what it takes otherwise, in the order in which they are gone. */
export function LegTable({ groups = legGroups, last, figures }: Props) {
  const { locale } = useFormat();
  const words = (ms: number | null | undefined): string =>
    ms === null || ms === undefined ? '–' : span(ms, locale);
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Leg</th>
          <th scope="col">Last</th>
          <th scope="col">Median</th>
          <th scope="col">95 %</th>
          <th scope="col">99 %</th>
        </tr>
      </thead>
      {groups.map(({ title, legs }) => (
        <tbody key={title}>
          <tr>
            <th scope="rowgroup" colSpan={5} className={styles.group}>
              {title}
            </th>
          </tr>
          {legs.map(([leg, name]) => {
            const of = figures.find((each) => each.leg === leg);
            return (
              <tr key={leg}>
                <th scope="row">{name}</th>
                <td>{words(last.find((each) => each.leg === leg)?.ms)}</td>
                <td>{words(of?.p50)}</td>
                <td>{words(of?.p95)}</td>
                <td>{words(of?.p99)}</td>
              </tr>
            );
          })}
        </tbody>
      ))}
    </table>
  );
}
