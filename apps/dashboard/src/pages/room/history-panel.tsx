import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { wordsFor } from '../../api/problem.ts';
import { useSeries } from '../../api/queries.ts';
import { serverNow } from '../../clock.ts';
import { Choice } from '../../components/choice.tsx';
import { SelectField } from '../../components/field.tsx';
import type { ChartHandle } from '../../components/history-chart.tsx';
import { HistoryTable } from '../../components/history-table.tsx';
import { HistoryTools } from '../../components/history-tools.tsx';
import { Empty, Failed } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import type { Format } from '../../format.ts';
import { useFormat } from '../../format-context.ts';
import { csvOf, fileNameOf, saveFile } from '../../history-file.ts';
import { chosenPoints, shownEdges, type Edges } from '../../history-stretch.ts';
import { insist } from '../../insist.ts';
import { historyOf, ranges, wishesOf, type RangeName } from '../../room-history.ts';
import type { RoomView } from '../../room-view.ts';
import type { History } from '../../series-points.ts';
import { useSources } from '../../use-sources.ts';
import styles from './room-page.module.css';
import { useComparison } from './use-comparison.ts';

const HistoryChart = lazy(() =>
  insist(() => import('../../components/history-chart.tsx')).then((chart) => ({
    default: chart.HistoryChart,
  })),
);
const options = (Object.keys(ranges) as RangeName[]).map((value) => ({ value, label: ranges[value].label }));

/** What is shown: one of the ranges up to now, or the time between two instants. */
type Shown = RangeName | Edges;

interface ShownStretch {
  stretch: (typeof ranges)[RangeName] | Edges;
  points: number;
  liveMs: number;
  words: string;
}

function stretchOf(shown: Shown, format: Format): ShownStretch {
  if (typeof shown === 'string') return { stretch: ranges[shown], ...ranges[shown] };
  const words = `${format.dateTime(shown.from)} to ${format.dateTime(shown.to)}`;
  return { stretch: shown, points: chosenPoints, liveMs: ranges['30d'].liveMs, words };
}

/** The room over time, as a chart or a table: a range up to now, followed live, or any stretch of the past. */
export function HistoryPanel({ view }: { view: RoomView }) {
  const format = useFormat();
  const [shown, setShown] = useState<Shown>('24h');
  const [isTable, setTable] = useState(false);
  const chart = useRef<ChartHandle>(null);
  const { stretch, points, liveMs, words } = useMemo(() => stretchOf(shown, format), [shown, format]);
  const sources = useSources(view, liveMs);
  const { answers, error, refetch } = useSeries(wishesOf(sources, true), stretch, points);
  const found = useMemo(
    () => historyOf(sources, answers, stretch, format),
    [sources, answers, stretch, format],
  );
  const kept = useKept(found, typeof shown === 'string' ? null : shown);
  const comparison = useComparison(view, stretch, points, kept);
  const history = comparison.history;
  const name = view.room.name;

  function save(content: Blob | null, extension: string): void {
    if (content && history) saveFile(content, fileNameOf(name, history, extension, format));
  }

  return (
    <Panel
      title="History"
      beside={
        <Choice
          label="Range"
          options={options}
          value={typeof shown === 'string' ? shown : null}
          onChange={setShown}
        />
      }
    >
      {error ? (
        <Failed title="The history could not be loaded" onRetry={refetch}>
          {wordsFor(error)} The live values above are not touched by this.
        </Failed>
      ) : !history ? (
        <div className={styles.chartSpace} />
      ) : history.temperature.length < 2 ? (
        <Empty
          title={sources.live && shown === '24h' ? 'The curve begins now' : 'Nothing recorded in this range'}
        >
          {sources.live && shown === '24h'
            ? 'The first reading is here; the next ones make a curve of it.'
            : 'History is kept from the first reading on.'}
        </Empty>
      ) : isTable ? (
        <HistoryTable name={name} history={history} />
      ) : (
        <Suspense fallback={<div className={styles.chartSpace} />}>
          <HistoryChart
            ref={chart}
            name={name}
            history={history}
            rangeWords={words}
            onZoom={(edges) => setShown(shownEdges(edges, serverNow()))}
          />
        </Suspense>
      )}
      {typeof shown !== 'string' && <p className={styles.note}>{words}</p>}
      {history && (
        <HistoryTools
          edges={history}
          isNow={typeof shown === 'string'}
          isTable={isTable}
          onMove={(edges) => setShown(shownEdges(edges, serverNow()))}
          onTable={setTable}
          onCsv={() => save(new Blob([csvOf(history, format)], { type: 'text/csv' }), 'csv')}
          onPicture={() => void chart.current?.picture().then((picture) => save(picture, 'png'))}
        />
      )}
      {comparison.choices.length > 0 && (
        <SelectField
          label="Compare with"
          value={comparison.value}
          onChange={(event) => comparison.choose(event.currentTarget.value)}
        >
          <option value="">nothing</option>
          {comparison.choices.map(({ value, words: label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
      )}
    </Panel>
  );
}

/** What was found last, until there is more to say: a chart that is moved or zoomed shows what is known of it at once. */
function useKept(found: History | null, edges: Edges | null): History | null {
  const [last, setLast] = useState(found);
  if (found && found !== last) setLast(found);
  return useMemo(() => found ?? (last && edges && { ...last, ...edges }), [found, last, edges]);
}
