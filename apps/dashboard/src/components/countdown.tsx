import { useTimed } from '../clock.ts';

/** Minutes and seconds until then, such as `9:41`. */
export function Countdown({ untilAt }: { untilAt: number }) {
  const left = useTimed((nowAt) => Math.max(0, Math.ceil((untilAt - nowAt) / 1000)));
  return (
    <span role="timer">
      {Math.floor(left / 60)}:{String(left % 60).padStart(2, '0')}
    </span>
  );
}
