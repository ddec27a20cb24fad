import { useCallback, useState, type PointerEvent, type RefObject } from 'react';
import { readAt, type ReadOut } from '../history-reading.ts';
import { indexAt, type History } from '../series-points.ts';
import type { HistoryCanvas } from './chart-canvas.ts';

/** The elements that a cursor moves, straight in the DOM: the hair line and the dot on the line. */
export interface CursorParts {
  chart: RefObject<HistoryCanvas | null>;
  hair: RefObject<HTMLDivElement | null>;
  dot: RefObject<HTMLDivElement | null>;
}

/** The cursor over a chart: what it reads, and how it is moved. */
export interface ChartCursor {
  reading: ReadOut | null;
  /** The point it is at, or the last one: what the keyboard's slider stands on. */
  index: number;
  showPoint: (index: number) => void;
  hide: () => void;
  follow: (event: PointerEvent<HTMLElement>) => void;
  leave: (event: PointerEvent<HTMLElement>) => void;
}

type Place = ReturnType<HistoryCanvas['placeOf']>;

/** Moves hair line and dot without React: this runs with every move of a finger. */
function moveTo(
  hair: HTMLElement,
  dot: HTMLElement,
  { x, y }: Place,
  area: ReturnType<HistoryCanvas['area']>,
): void {
  const inside = Math.min(area.right, Math.max(area.left, x));
  hair.style.transform = `translateX(${inside}px)`;
  hair.style.height = `${area.bottom - area.top}px`;
  hair.style.top = `${area.top}px`;
  dot.hidden = y === null;
  dot.style.transform = `translate(${inside}px, ${y ?? 0}px)`;
}

/** A cursor moved by pointer or slider. Chart.js listens to nothing: this costs a tenth of its own hover. */
export function useChartCursor({ chart, hair, dot }: CursorParts, history: History): ChartCursor {
  const [reading, setReading] = useState<ReadOut | null>(null);
  const points = history.temperature;

  const show = useCallback(
    (at: number) => {
      const next = readAt(history, at);
      const place = chart.current?.placeOf(next.at, next.temperature);
      const area = chart.current?.area();
      if (!place || !area || !hair.current || !dot.current) return;
      moveTo(hair.current, dot.current, place, area);
      setReading(next);
    },
    [chart, hair, dot, history],
  );
  const hide = () => setReading(null);
  return {
    reading,
    index: reading ? Math.max(0, indexAt(points, reading.at)) : points.length - 1,
    showPoint: (index) => show(points[index]?.x ?? history.to),
    hide,
    follow: (event) => {
      const px = event.clientX - event.currentTarget.getBoundingClientRect().left;
      if (chart.current) show(chart.current.instantAt(px));
    },
    // A finger that lifts has not left: the reading stays until it touches elsewhere.
    leave: (event) => {
      if (event.pointerType === 'mouse') hide();
    },
  };
}
