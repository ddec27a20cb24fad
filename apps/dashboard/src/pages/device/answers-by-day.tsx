import type { AskedDay } from '@hearth/contract';
import { useFormat } from '../../format-context.ts';
import { momentOf, tripWords, unansweredWords } from '../../monitoring-words.ts';
import pageStyles from './device-page.module.css';
import styles from './monitoring-panel.module.css';

/** As many days as fit on a phone. */
const daysShown = 7;

/** How long answers took, by day, and what was not answered. The newest day is the first of `asked`. */
export function AnswersByDay({ asked }: { asked: readonly AskedDay[] }) {
  const format = useFormat();
  const shown = asked.slice(0, daysShown);
  const dayWords = (day: string): string =>
    format.part(momentOf(day), { weekday: 'short', day: 'numeric', month: 'short' });
  const unanswered = shown.flatMap((day) => {
    const words = unansweredWords(day, format);
    return words === '' ? [] : [{ day: day.day, words }];
  });
  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Answers</th>
            <th scope="col">Median</th>
            <th scope="col">95 %</th>
            <th scope="col">99 %</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ day, answered, p50Ms, p95Ms, p99Ms }) => (
            <tr key={day}>
              <th scope="row">{dayWords(day)}</th>
              <td>{format.number(answered)}</td>
              <td>{tripWords(p50Ms, format)}</td>
              <td>{tripWords(p95Ms, format)}</td>
              <td>{tripWords(p99Ms, format)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {unanswered.length > 0 && (
        <dl className={pageStyles.facts}>
          {unanswered.map(({ day, words }) => (
            <div key={day}>
              <dt>{dayWords(day)}</dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
