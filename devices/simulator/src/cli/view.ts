import { clockText } from '../duration.ts';
import type { Simulation } from '../simulation.ts';

/** Where lines are written. */
interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface ViewOptions {
  /** For the progress bar; Infinity has none. */
  forMs: number;
  /** Lines, also on a terminal. */
  isPlain: boolean;
  isSilent?: boolean;
  screen?: Screen;
}

/** A running view. */
export interface View {
  /** Writes a line that stays, above what moves. */
  readonly say: (line: string) => void;
  /** Shows the last state and leaves the screen as it is. */
  end(): void;
}

const liveEveryMs = 500;
const plainEveryMs = 10_000;

/** What is shown of a simulation. */
export interface Viewed extends Pick<Simulation, 'meter' | 'tally' | 'elapsedMs'> {
  /** How many there are in all. */
  devices: number;
}

/** Shows how a simulation goes: on a terminal a few lines that change in their place, else a line now and then. */
export function startView(simulation: Viewed, options: ViewOptions): View {
  const { screen = process.stdout, isPlain, isSilent = false, forMs } = options;
  const isLive = !isPlain && !isSilent && screen.isTTY === true;
  let before = { at: performance.now(), acknowledged: 0, received: 0 };
  let shown = 0;
  const clear = (): string => (shown > 0 ? `\u001b[${shown}A\u001b[J` : '');
  const look = (): string[] => {
    const at = performance.now();
    const { acknowledged, received } = simulation.meter;
    const seconds = Math.max(0.001, (at - before.at) / 1000);
    const rates = {
      out: (acknowledged - before.acknowledged) / seconds,
      in: (received - before.received) / seconds,
    };
    before = { at, acknowledged, received };
    return linesOf(simulation, rates, forMs, screen.columns ?? 80);
  };
  const draw = (): void => {
    const lines = look();
    if (isLive) screen.write(`${clear()}${lines.join('\n')}\n`);
    else if (!isSilent) screen.write(`${lines.join('  ')}\n`);
    shown = isLive ? lines.length : 0;
  };
  const timer = setInterval(draw, isLive ? liveEveryMs : plainEveryMs);
  return {
    say: (line) => {
      if (isSilent) return;
      screen.write(`${clear()}${line}\n`);
      shown = 0;
      if (isLive) draw();
    },
    end() {
      clearInterval(timer);
      draw();
    },
  };
}

function linesOf(
  simulation: Viewed,
  rates: { out: number; in: number },
  forMs: number,
  columns: number,
): string[] {
  const { meter, tally, devices } = simulation;
  const elapsedMs = simulation.elapsedMs();
  const ms = (share: number): string => {
    const value = meter.latency.percentile(share);
    return Number.isNaN(value) ? '–' : value.toPrecision(3);
  };
  return [
    `${clockText(elapsedMs)}${forMs === Infinity ? '' : ` of ${clockText(forMs)} ${bar(elapsedMs / forMs, columns)}`}`,
    `${meter.up} of ${devices} devices connected`,
    `${rates.out.toFixed(0)} messages/s acknowledged, ${rates.in.toFixed(0)}/s received`,
    `PUBACK p50 ${ms(0.5)}, p95 ${ms(0.95)}, p99 ${ms(0.99)} ms`,
    `${tally.made} readings, ${tally.acknowledged} acknowledged, ${tally.dropped + tally.withheld} kept back or dropped`,
  ];
}

/** As wide as the line has room for, 40 at most. */
function bar(share: number, columns: number): string {
  const width = Math.max(10, Math.min(40, columns - 30));
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${Math.floor(Math.min(1, share) * 100)} %`;
}
