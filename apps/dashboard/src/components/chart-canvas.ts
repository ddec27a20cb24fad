import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ChartDataset,
  type ChartOptions,
  type Plugin,
} from 'chart.js';
import type { Edges } from '../history-stretch.ts';
import type { History, Point } from '../series-points.ts';
import type { Tick } from '../time-ticks.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale);

/** The chart's colours; a canvas cannot read `light-dark()`, so they come resolved. */
export interface ChartColours {
  ink: string;
  quiet: string;
  line: string;
  heat: string;
  band: string;
}

/** What the chart draws, and how it labels. */
export interface ChartInput {
  history: History;
  colours: ChartColours;
  /** Marks of the time axis, wherever it begins and ends. */
  ticksOf(edges: Edges): Tick[];
  labelX(tick: Tick): string;
  labelY(value: number): string;
}

/** A chart on a canvas; the cursor is the caller's, over it. */
export interface HistoryCanvas {
  update(input: ChartInput): void;
  /** The instant under a place, in CSS px from the canvas's left edge. */
  instantAt(px: number): number;
  /** The place of an instant and a value, in CSS px; null for what is not there. */
  placeOf(at: number, value: number | null): { x: number; y: number | null };
  area(): { left: number; right: number; top: number; bottom: number };
  /** Shows another stretch of what it has, until it is updated. */
  frame(edges: Edges): void;
  /** The stretch that it shows. */
  framed(): Edges;
  destroy(): void;
}

/** A quiet night must not look like a storm: the axis spans at least this much, in the unit shown. */
const leastSpan = 3;

function spanOf(history: History): { suggestedMin: number; suggestedMax: number } {
  const { temperature, setpoint, band, compared } = history;
  const values = [...temperature, ...setpoint, ...(compared?.temperature ?? [])].map(({ y }) => y);
  for (const { min, max } of band) values.push(min, max);
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { suggestedMin: 15, suggestedMax: 25 };
  const missing = Math.max(0, leastSpan - (high - low)) / 2;
  return { suggestedMin: low - missing, suggestedMax: high + missing };
}

/** The parts of a band that lie in one piece. */
function pieces(history: History): History['band'][] {
  const out: History['band'][] = [[]];
  for (const point of history.band) {
    if (Number.isNaN(point.min)) out.push([]);
    else out.at(-1)?.push(point);
  }
  return out.filter((piece) => piece.length > 1);
}

/** Draws what lies behind the lines: heating as columns, and the spread of wide buckets. */
function backdrop(current: () => ChartInput): Plugin<'line'> {
  return {
    id: 'backdrop',
    beforeDatasetsDraw({ ctx, chartArea: { top, bottom, left, right }, scales: { x, y } }) {
      if (!x || !y) return;
      const { history, colours } = current();
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, top, right - left, bottom - top);
      ctx.clip();
      ctx.fillStyle = colours.heat;
      for (const { from, to, share } of history.heating) {
        if (share === 0) continue;
        const start = x.getPixelForValue(from);
        ctx.globalAlpha = 0.08 + 0.2 * share;
        ctx.fillRect(start, top, Math.max(0.75, x.getPixelForValue(to) - start), bottom - top);
      }
      ctx.globalAlpha = 1;
      ctx.fillStyle = colours.band;
      for (const piece of pieces(history)) {
        ctx.beginPath();
        for (const point of piece) ctx.lineTo(x.getPixelForValue(point.x), y.getPixelForValue(point.max));
        for (const point of piece.toReversed())
          ctx.lineTo(x.getPixelForValue(point.x), y.getPixelForValue(point.min));
        ctx.fill();
      }
      ctx.restore();
    },
  };
}

function datasets({ history, colours }: ChartInput): ChartDataset<'line', Point[]>[] {
  const shared = { pointRadius: 0, pointHitRadius: 0, pointHoverRadius: 0, tension: 0, spanGaps: false };
  return [
    {
      ...shared,
      data: history.setpoint,
      borderColor: colours.quiet,
      borderWidth: 1.5,
      borderDash: [2, 4],
      borderJoinStyle: 'round',
    },
    {
      ...shared,
      data: history.compared?.temperature ?? [],
      borderColor: colours.quiet,
      borderWidth: 1.25,
      borderJoinStyle: 'round',
    },
    {
      ...shared,
      data: history.temperature,
      borderColor: colours.ink,
      borderWidth: 2,
      borderJoinStyle: 'round',
    },
  ];
}

const font = { family: 'Inter, system-ui, sans-serif', size: 12 };

/** Tuned: nothing parsed, animated or listened to; ticks and colours are read anew at each update. */
function optionsOf(current: () => ChartInput): ChartOptions<'line'> {
  const shared = {
    type: 'linear',
    border: { display: false },
    grid: { color: () => current().colours.line, drawTicks: false },
  } as const;
  const ticks = { font, color: () => current().colours.quiet, padding: 8 };
  let marks: Tick[] = [];
  return {
    parsing: false,
    normalized: true,
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { top: 8, right: 4 } },
    scales: {
      x: {
        ...shared,
        afterBuildTicks(axis) {
          marks = current().ticksOf({ from: axis.min, to: axis.max });
          axis.ticks = marks.map(({ at }) => ({ value: at }));
        },
        ticks: {
          ...ticks,
          autoSkip: false,
          maxRotation: 0,
          callback: (_, i) => {
            const tick = marks[i];
            return tick ? current().labelX(tick) : '';
          },
        },
      },
      y: {
        ...shared,
        ticks: { ...ticks, maxTicksLimit: 6, callback: (value) => current().labelY(Number(value)) },
      },
    },
  };
}

/** Makes the chart on a canvas; it follows the size of the canvas's parent. */
export function createHistoryCanvas(canvas: HTMLCanvasElement, first: ChartInput): HistoryCanvas {
  let input = first;
  const chart = new Chart(canvas, {
    type: 'line',
    data: { datasets: datasets(first) },
    plugins: [backdrop(() => input)],
    options: optionsOf(() => input),
  });

  function update(next: ChartInput): void {
    input = next;
    const { x, y } = chart.options.scales ?? {};
    Object.assign(x ?? {}, { min: next.history.from, max: next.history.to });
    Object.assign(y ?? {}, spanOf(next.history));
    chart.data.datasets = datasets(next);
    chart.update('none');
  }

  update(first);
  return {
    update,
    instantAt: (px) => chart.scales['x']?.getValueForPixel(px) ?? first.history.from,
    placeOf: (at, value) => ({
      x: chart.scales['x']?.getPixelForValue(at) ?? 0,
      y: value === null ? null : (chart.scales['y']?.getPixelForValue(value) ?? null),
    }),
    area: () => chart.chartArea,
    frame({ from, to }) {
      Object.assign(chart.options.scales?.['x'] ?? {}, { min: from, max: to });
      chart.update('none');
    },
    framed: () => ({
      from: chart.scales['x']?.min ?? first.history.from,
      to: chart.scales['x']?.max ?? first.history.to,
    }),
    destroy: () => chart.destroy(),
  };
}
