import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useFormat } from '../format-context.ts';
import type { Format } from '../format.ts';
import { heatedMs, heatedWords } from '../heat-spans.ts';
import type { History } from '../series-points.ts';
import { timeTicks, type Tick } from '../time-ticks.ts';
import {
  createHistoryCanvas,
  type ChartColours,
  type ChartInput,
  type HistoryCanvas,
} from './chart-canvas.ts';
import { useChartCursor } from './chart-cursor.ts';
import { ChartReading, readingWords } from './chart-reading.tsx';
import styles from './history-chart.module.css';

interface Props {
  /** Of what: 'Living room'. */
  name: string;
  /** In the unit shown. */
  history: History;
  /** 'last 24 hours' */
  rangeWords: string;
}

const tokens: Record<keyof ChartColours, string> = {
  ink: '--ink',
  quiet: '--ink-2',
  line: '--line',
  heat: '--heat-glow',
  band: '--surface-2',
};

/** The tokens as colours that a canvas takes, for the theme that is on. */
function resolveColours(near: HTMLElement, isDark: boolean): ChartColours {
  const probe = document.createElement('span');
  probe.style.colorScheme = isDark ? 'dark' : 'light';
  near.append(probe);
  const entries = Object.entries(tokens).map(([name, token]) => {
    probe.style.color = `var(${token})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(entries) as unknown as ChartColours;
}

function labelOf(tick: Tick, format: Format): string {
  if (tick.kind === 'month') return format.part(tick.at, { month: 'short' });
  if (tick.kind === 'day') return format.part(tick.at, { day: 'numeric', month: 'short' });
  return format.time(tick.at);
}

/** Everything the canvas draws, for the place it has and the theme that is on. */
function inputFor(place: HTMLElement, history: History, format: Format, isDark: boolean): ChartInput {
  // A label and the air around it take about 62 px.
  const most = Math.max(3, Math.floor(place.clientWidth / 62));
  return {
    history,
    colours: resolveColours(place, isDark),
    ticks: timeTicks(history.from, history.to, format.timeZone, most),
    labelX: (tick) => labelOf(tick, format),
    labelY: (value) => `${format.number(value, Number.isInteger(value) ? 0 : 1)}°`,
  };
}

function describe(name: string, rangeWords: string, history: History, format: Format): string {
  const { extremes } = history;
  if (!extremes) return `${name}, ${rangeWords}: no readings`;
  const [low, high] = [extremes.low, extremes.high].map((y) => format.number(y, 1));
  const heated = heatedWords(heatedMs(history.heating), format);
  return `${name}, ${rangeWords}: ${low} to ${high} ${format.unit}, heated for ${heated}`;
}

const darkQuery = '(prefers-color-scheme: dark)';

function subscribeToTheme(listener: () => void): () => void {
  const query = matchMedia(darkQuery);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** Temperature, setpoint and heating over time, with a cursor for finger, mouse and keys. */
export function HistoryChart({ name, history, rangeWords }: Props) {
  const format = useFormat();
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<HistoryCanvas>(null);
  const hair = useRef<HTMLDivElement>(null);
  const dot = useRef<HTMLDivElement>(null);
  const isDark = useSyncExternalStore(subscribeToTheme, () => matchMedia(darkQuery).matches);
  const { reading, index, showPoint, hide, follow, leave } = useChartCursor({ chart, hair, dot }, history);
  const label = useMemo(
    () => describe(name, rangeWords, history, format),
    [name, rangeWords, history, format],
  );

  useEffect(() => {
    const element = canvas.current;
    if (!element?.parentElement) return;
    const input = inputFor(element.parentElement, history, format, isDark);
    if (chart.current) chart.current.update(input);
    else chart.current = createHistoryCanvas(element, input);
  }, [history, format, isDark]);

  useEffect(
    () => () => {
      chart.current?.destroy();
      chart.current = null;
    },
    [],
  );

  return (
    <figure className={styles.chart} aria-label={label}>
      <ChartReading reading={reading} history={history} />
      <div className={styles.plot} onPointerMove={follow} onPointerDown={follow} onPointerLeave={leave}>
        <canvas ref={canvas} aria-hidden="true" />
        <div className={styles.cursor} hidden={!reading} aria-hidden="true">
          <div className={styles.hair} ref={hair} />
          <div className={styles.dot} ref={dot} />
        </div>
        <input
          className={styles.keys}
          type="range"
          aria-label={`${name}, point in time`}
          aria-valuetext={reading ? readingWords(reading, format) : 'Arrow keys move along the curve'}
          min={0}
          max={history.temperature.length - 1}
          step={1}
          value={index}
          onChange={(event) => showPoint(event.currentTarget.valueAsNumber)}
          onBlur={hide}
        />
      </div>
    </figure>
  );
}
