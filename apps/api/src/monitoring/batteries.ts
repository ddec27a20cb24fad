import type { Device } from '@hearth/contract';
import { forecastBattery, type BatteryForecast } from '@hearth/monitor';
import type { Store } from '@hearth/store';

/** How long the batteries of devices last. */
export interface Batteries {
  /** Null where it has none, or it is too early to say. @throws {StoreReadError} */
  of(device: Device): Promise<BatteryForecast | null>;
  /** What is known of it already; looks it up in the background. */
  known(device: Device): BatteryForecast | null;
}

const dayMs = 86_400_000;
const lookBackDays = 180;
/** A battery falls by less than a percent in this time. */
const goodForMs = 6 * 3_600_000;

/** Reads the days of half a year, at most every six hours of a device. */
export function createBatteries(store: Pick<Store, 'points'>, now: () => number): Batteries {
  const known = new Map<string, { at: number; forecast: BatteryForecast | null }>();

  async function of({ id, latest }: Device): Promise<BatteryForecast | null> {
    if (latest.battery === undefined) return null;
    const before = known.get(id);
    if (before && Math.abs(now() - before.at) < goodForMs) return before.forecast;
    const to = now();
    const [points] = await store.points({
      series: [{ device: id, quantity: 'battery' }],
      from: to - lookBackDays * dayMs,
      to,
      count: lookBackDays,
    });
    const levels = [...(points?.start ?? [])].flatMap((at, i) => {
      const count = points!.count[i]!;
      return count > 0 ? [{ at, level: points!.sum[i]! / count }] : [];
    });
    const forecast = forecastBattery(levels);
    known.set(id, { at: to, forecast });
    return forecast;
  }

  return {
    of,
    known(device) {
      // A store that cannot be read is told of by what it says of writing.
      of(device).catch(() => {});
      return known.get(device.id)?.forecast ?? null;
    },
  };
}
