import { useEffect, useImperativeHandle, useMemo, useRef, useSyncExternalStore, type Ref } from 'react';
import { useFormat } from '../format-context.ts';
import type { Format } from '../format.ts';
import { heatedMs, heatedWords } from '../heat-spans.ts';
import { zoomed, type Edges } from '../history-stretch.ts';
import type { History } from '../series-points.ts';
import { timeTicks, type Tick } from '../time-ticks.ts';
import {
  createHistoryCanvas,
  type ChartColours,
  type ChartInput,
  type HistoryCanvas,
} from './chart-canvas.ts';
import { useChartCursor } from './chart-cursor.ts';
import { pictureOf } from './chart-picture.ts';
import { ChartReading, readingWords } from './chart-reading.tsx';
import { useChartZoom } from './chart-zoom.ts';
import styles from './history-chart.module.css';

interface Props {
  /** Of what: 'Living room'. */
  name: string;
  /** In the unit shown. */
  history: History;
  /** 'last 24 hours' */
  rangeWords: string;
  /** Another stretch was chosen on the chart. */
  onZoom: (edges: Edges) => void;
  ref?: Ref<ChartHandle>;
}

/** What can be asked of a chart. */
export interface ChartHandle {
  /** What it shows, as PNG. */
  picture(): Promise<Blob>;
}

/** How much a key zooms. */
const keyFactors: Record<string, number> = { '+': 0.5, '=': 0.5, '-': 2 };

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
    ticksOf: ({ from, to }) => timeTicks(from, to, format.timeZone, most),
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
export function HistoryChart({ name, history, rangeWords, onZoom, ref }: Props) {
  const format = useFormat();
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<HistoryCanvas>(null);
  const hair = useRef<HTMLDivElement>(null);
  const dot = useRef<HTMLDivElement>(null);
  const plot = useRef<HTMLDivElement>(null);
  const choice = useRef<HTMLDivElement>(null);
  const isDark = useSyncExternalStore(subscribeToTheme, () => matchMedia(darkQuery).matches);
  const { reading, index, showPoint, hide, follow, leave } = useChartCursor({ chart, hair, dot }, history);
  const zoom = useChartZoom({ plot, chart, choice }, onZoom);
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

  useImperativeHandle(
    ref,
    () => ({
      picture: () => pictureOf(canvas.current!, { title: name, caption: label.slice(name.length + 2) }),
    }),
    [name, label],
  );

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
      <div
        className={styles.plot}
        ref={plot}
        onPointerMove={(event) => {
          if (zoom.move(event)) hide();
          else follow(event);
        }}
        onPointerDown={(event) => {
          zoom.down(event);
          follow(event);
        }}
        onPointerUp={zoom.up}
        onPointerCancel={zoom.up}
        onPointerLeave={leave}
      >
        <canvas ref={canvas} aria-hidden="true" />
        <div className={styles.choice} ref={choice} hidden aria-hidden="true" />
        <div className={styles.cursor} hidden={!reading} aria-hidden="true">
          <div className={styles.hair} ref={hair} />
          <div className={styles.dot} ref={dot} />
        </div>
        <input
          className={styles.keys}
          type="range"
          aria-label={`${name}, point in time`}
          aria-valuetext={
            reading
              ? readingWords(reading, format)
              : 'Arrow keys move along the curve, plus and minus show less or more of it'
          }
          min={0}
          max={history.temperature.length - 1}
          step={1}
          value={index}
          onChange={(event) => showPoint(event.currentTarget.valueAsNumber)}
          onKeyDown={({ key }) => {
            const factor = keyFactors[key];
            if (factor) onZoom(zoomed(history, reading?.at ?? history.to, factor));
          }}
          onBlur={hide}
        />
      </div>
    </figure>
  );
}
