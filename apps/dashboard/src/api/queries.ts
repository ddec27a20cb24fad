import { useQueries, useQuery, type QueryClient } from '@tanstack/react-query';
import type { Device, QuantityName, SeriesAnswer } from '@hearth/contract';
import { serverNow } from '../clock.ts';
import { edgesOf, type Stretch } from '../history-stretch.ts';
import { call } from './client.ts';
import { withChangesMeanwhile } from './live-cache.ts';
import { RequestFailure } from './problem.ts';

/** The keys of everything cached. */
export const keys = {
  setup: ['setup'],
  session: ['session'],
  homes: ['homes'],
  rooms: ['rooms'],
  devices: ['devices'],
  health: ['health'],
  exports: ['exports'],
  imports: ['imports'],
  check: ['check'],
  alerts: ['alerts'],
  channels: ['channels'],
  push: ['push'],
  probes: ['probes'],
  device: (id: string) => ['device', id],
  series: (device: string, quantities: string, stretch: Stretch, points: number) => [
    'series',
    device,
    quantities,
    stretch,
    points,
  ],
} as const;

/** The session, or null when there is none; other failures stay failures. */
export function useSession() {
  return useQuery({
    queryKey: keys.session,
    queryFn: async ({ signal }) => {
      try {
        return await call('session', { signal });
      } catch (error) {
        if (error instanceof RequestFailure && error.code === 'not-signed-in') return null;
        throw error;
      }
    },
    staleTime: Infinity,
  });
}

/** Whether this Hearth has an owner yet. */
export function useSetupState(isWanted: boolean) {
  return useQuery({
    queryKey: keys.setup,
    queryFn: ({ signal }) => call('setupState', { signal }),
    enabled: isWanted,
  });
}

/** The home on show: the first, as one Hearth has one home. */
export function useHome() {
  return useQuery({
    queryKey: keys.homes,
    queryFn: ({ signal }) => call('homes', { signal }),
    select: (homes) => homes[0],
    staleTime: 300_000,
  });
}

/** The rooms, kept current by the stream. */
export function useRooms() {
  return useQuery({ queryKey: keys.rooms, queryFn: ({ signal }) => call('rooms', { signal }) });
}

/** All devices with their newest values, patched by the stream; unchanged devices keep their identity. */
export function useDevices() {
  return useQuery({
    queryKey: keys.devices,
    queryFn: async ({ client, signal }) =>
      keepSame(
        client.getQueryData<Device[]>(keys.devices),
        await withChangesMeanwhile(() => call('devices', { signal })),
      ),
    // Done above for what is fetched; what the stream patches keeps identity by itself.
    structuralSharing: false,
  });
}

/** What is fetched, with the objects of before wherever nothing changed. */
function keepSame(before: Device[] | undefined, after: Device[]): Device[] {
  if (!before) return after;
  const old = new Map(before.map((device) => [device.id, device]));
  return after.map((device) => {
    const same = old.get(device.id);
    return same && (same === device || JSON.stringify(same) === JSON.stringify(device)) ? same : device;
  });
}

/** One device with what was rejected of it. */
export function useDeviceDetail(id: string) {
  return useQuery({
    queryKey: keys.device(id),
    queryFn: ({ signal }) => call('device', { params: { id }, signal }),
  });
}

/** How the platform is; the stream brings changes. */
export function useHealth() {
  return useQuery({
    queryKey: keys.health,
    queryFn: ({ signal }) => call('health', { signal }),
    staleTime: 60_000,
  });
}

/** Which quantities of which device a chart draws. */
export interface SeriesWish {
  device: string;
  quantities: readonly QuantityName[];
}

/** A history that has just begun is fetched again after this: its first minutes are watched. */
const youngMs = 20_000;

const isYoung = (answer: SeriesAnswer | undefined): boolean =>
  answer?.series.some(({ start }) => start.length < 3) ?? false;

/** What came late by so much is not looked for again in a stretch of the past. */
const settledMs = 3_600_000;

function seriesQuery({ device, quantities }: SeriesWish, stretch: Stretch, points: number) {
  const list = quantities.join(',');
  const { from, to } = edgesOf(stretch, serverNow());
  // One bucket's width: sooner there is nothing new to draw.
  const freshMs = serverNow() - to > settledMs ? Infinity : Math.max(10_000, (to - from) / points);
  return {
    queryKey: keys.series(device, list, stretch, points),
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<SeriesAnswer> => {
      const edges = edgesOf(stretch, Math.round(serverNow()));
      return call('series', { query: { device, quantities: list, ...edges, points }, signal });
    },
    staleTime: freshMs,
    refetchInterval: ({ state: { data } }: { state: { data: SeriesAnswer | undefined } }) =>
      freshMs === Infinity ? (false as const) : isYoung(data) ? youngMs : Math.min(600_000, freshMs),
  };
}

/** Some series over a stretch of time, about `points` buckets each, quietly fetched again as buckets fill. */
export function useSeries(wishes: readonly SeriesWish[], stretch: Stretch, points: number) {
  return useQueries({
    queries: wishes.map((wish) => seriesQuery(wish, stretch, points)),
    combine: (results) => ({
      answers: results.map((result) => result.data),
      isPending: results.some((result) => result.isPending),
      error: results.find((result) => result.isError && !result.data)?.error ?? null,
      refetch: () => void Promise.all(results.map((result) => result.refetch())),
    }),
  });
}

/** Forgets everything of the person who was signed in, and shows the sign-in. */
export function forgetSession(client: QueryClient): void {
  client.setQueryData(keys.session, null);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] });
}
