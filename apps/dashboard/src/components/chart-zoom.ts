import { useEffect, useRef, type PointerEvent, type RefObject } from 'react';
import { pinched, zoomed, type Edges } from '../history-stretch.ts';
import type { HistoryCanvas } from './chart-canvas.ts';

/** A drag shorter than this, in CSS px, was meant to point. */
const leastDragPx = 12;

/** How much a turn of the wheel zooms. */
const wheelStep = 0.002;

/** The elements that zooming works on. */
export interface ZoomParts {
  plot: RefObject<HTMLElement | null>;
  chart: RefObject<HistoryCanvas | null>;
  /** Shows what a drag has chosen so far. */
  choice: RefObject<HTMLElement | null>;
}

/** What the fingers or the mouse are doing. */
type Gesture =
  | { kind: 'none' }
  | { kind: 'drag'; startPx: number; px: number }
  | { kind: 'pinch'; ats: Map<number, number>; area: Area; edges: Edges | null };

type Area = ReturnType<HistoryCanvas['area']>;

export interface ChartZoom {
  down: (event: PointerEvent<HTMLElement>) => void;
  /** Whether the move belonged to a gesture, and is not to move the cursor. */
  move: (event: PointerEvent<HTMLElement>) => boolean;
  up: (event: PointerEvent<HTMLElement>) => void;
}

/** Shows the stretch between two places, straight in the DOM: this runs with every move of the mouse. */
function showBetween(
  element: HTMLElement,
  from: number,
  to: number,
  { left, right, top, bottom }: Area,
): void {
  const begin = Math.max(left, Math.min(from, to));
  const end = Math.min(right, Math.max(from, to));
  element.hidden = false;
  element.style.left = `${begin}px`;
  element.style.width = `${Math.max(0, end - begin)}px`;
  element.style.top = `${top}px`;
  element.style.height = `${bottom - top}px`;
}

const hide = (element: HTMLElement | null): void => element?.setAttribute('hidden', '');

/**
 * Zooms by a drag of the mouse over a stretch, by two fingers, and by the wheel with Ctrl (a pinch of a touchpad). While
 * fingers move only the chart follows; `onZoom` is called at the end.
 */
export function useChartZoom({ plot, chart, choice }: ZoomParts, onZoom: (edges: Edges) => void): ChartZoom {
  const gesture = useRef<Gesture>({ kind: 'none' });
  const touches = useRef(new Map<number, number>());
  const zoom = useRef(onZoom);
  useEffect(() => {
    zoom.current = onZoom;
  }, [onZoom]);

  const pxOf = (event: { clientX: number }): number =>
    event.clientX - (plot.current?.getBoundingClientRect().left ?? 0);

  function endDrag({ startPx, px }: Extract<Gesture, { kind: 'drag' }>): void {
    hide(choice.current);
    if (Math.abs(px - startPx) < leastDragPx || !chart.current) return;
    const { left, right } = chart.current.area();
    const at = (place: number): number => chart.current!.instantAt(Math.min(right, Math.max(left, place)));
    zoom.current({ from: at(Math.min(startPx, px)), to: at(Math.max(startPx, px)) });
  }

  function pinch(held: Extract<Gesture, { kind: 'pinch' }>): void {
    const [first, second] = [...held.ats];
    if (!first || !second) return;
    // As it was at first: labels come and go at its edges while it is zoomed.
    const { left, right } = held.area;
    const places = [first, second].map(([finger]) => (touches.current.get(finger)! - left) / (right - left));
    held.edges = pinched([places[0]!, places[1]!], [first[1], second[1]]) ?? held.edges;
    if (held.edges) chart.current?.frame(held.edges);
  }

  useEffect(() => {
    const element = plot.current;
    const turn = (event: WheelEvent): void => {
      if (!event.ctrlKey || !chart.current || !element) return;
      event.preventDefault();
      const at = chart.current.instantAt(event.clientX - element.getBoundingClientRect().left);
      zoom.current(zoomed(chart.current.framed(), at, Math.exp(event.deltaY * wheelStep)));
    };
    element?.addEventListener('wheel', turn, { passive: false });
    return () => element?.removeEventListener('wheel', turn);
  }, [plot, chart]);

  return {
    down(event) {
      const px = pxOf(event);
      if (event.pointerType !== 'touch') {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        gesture.current = { kind: 'drag', startPx: px, px };
        return;
      }
      touches.current.set(event.pointerId, px);
      if (touches.current.size !== 2 || !chart.current) return;
      const canvas = chart.current;
      const ats = new Map(
        Array.from(touches.current, ([finger, place]) => [finger, canvas.instantAt(place)]),
      );
      gesture.current = { kind: 'pinch', ats, area: { ...canvas.area() }, edges: null };
    },
    move(event) {
      const held = gesture.current;
      if (event.pointerType === 'touch') {
        if (touches.current.has(event.pointerId)) touches.current.set(event.pointerId, pxOf(event));
        if (held.kind !== 'pinch') return false;
        pinch(held);
        return true;
      }
      if (held.kind !== 'drag') return false;
      held.px = pxOf(event);
      if (Math.abs(held.px - held.startPx) < leastDragPx) return false;
      if (choice.current && chart.current)
        showBetween(choice.current, held.startPx, held.px, chart.current.area());
      return true;
    },
    up(event) {
      const held = gesture.current;
      touches.current.delete(event.pointerId);
      gesture.current = { kind: 'none' };
      if (held.kind === 'drag') endDrag(held);
      else if (held.kind === 'pinch' && held.edges) zoom.current(held.edges);
    },
  };
}
