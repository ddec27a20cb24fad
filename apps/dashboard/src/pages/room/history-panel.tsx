import { lazy, Suspense, useMemo, useState } from 'react';
import { wordsFor } from '../../api/problem.ts';
import { useSeries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { HistoryTable } from '../../components/history-table.tsx';
import { Empty, Failed } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { useFormat } from '../../format-context.ts';
import { insist } from '../../insist.ts';
import { historyOf, ranges, wishesOf, type RangeName } from '../../room-history.ts';
import type { RoomView } from '../../room-view.ts';
import { useSources } from '../../use-sources.ts';
import styles from './room-page.module.css';

const HistoryChart = lazy(() =>
  insist(() => import('../../components/history-chart.tsx')).then((chart) => ({
    default: chart.HistoryChart,
  })),
);
const options = (Object.keys(ranges) as RangeName[]).map((value) => ({ value, label: ranges[value].label }));

/** The room over time: chart or table, in four ranges, followed live. */
export function HistoryPanel({ view }: { view: RoomView }) {
  const format = useFormat();
  const [range, setRange] = useState<RangeName>('24h');
  const [isTable, setTable] = useState(false);
  const { ms, points, words, liveMs } = ranges[range];
  const sources = useSources(view, liveMs);
  const { answers, isPending, error, refetch } = useSeries(wishesOf(sources, true), ms, points);
  const history = useMemo(() => historyOf(sources, answers, ms, format), [sources, answers, ms, format]);
  const name = view.room.name;
  return (
    <Panel
      title="History"
      beside={<Choice label="Range" options={options} value={range} onChange={setRange} />}
    >
      {error ? (
        <Failed title="The history could not be loaded" onRetry={refetch}>
          {wordsFor(error)} The live values above are not touched by this.
        </Failed>
      ) : isPending || !history ? (
        <div className={styles.chartSpace} />
      ) : history.temperature.length < 2 ? (
        <Empty title={sources.live ? 'The curve begins now' : 'Nothing recorded in this range'}>
          {sources.live
            ? 'The first reading is here; the next ones make a curve of it.'
            : 'History is kept from the first reading on.'}
        </Empty>
      ) : isTable ? (
        <HistoryTable name={name} history={history} />
      ) : (
        <Suspense fallback={<div className={styles.chartSpace} />}>
          <HistoryChart name={name} history={history} rangeWords={words} />
        </Suspense>
      )}
      {history && (
        <Button
          look="quiet"
          className={styles.toggle}
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? 'Show as chart' : 'Show as table'}
        </Button>
      )}
    </Panel>
  );
}
