import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import { keys } from './queries.ts';

/** The keys of what the System page shows: its code is not part of the first load. */
export const systemKeys = {
  storage: ['storage'],
  backups: ['backups'],
  reporters: ['reporters'],
} as const;

/** Growth is slow: once a minute shows it. */
const everyMs = 60_000;

/** Room for readings, and the rules that it is kept by. */
export function useStorage() {
  return useQuery({
    queryKey: systemKeys.storage,
    queryFn: ({ signal }) => call('storage', { signal }),
    staleTime: 5000,
    refetchInterval: everyMs,
  });
}

/** The way of a reading; the stream tells each run, and each leg of one that was asked for. */
export function useProbes() {
  return useQuery({
    queryKey: keys.probes,
    queryFn: ({ signal }) => call('probes', { query: {}, signal }),
    refetchInterval: everyMs,
  });
}

/** Other machines that probe; they report twice a minute. */
export function useReporters() {
  return useQuery({
    queryKey: systemKeys.reporters,
    queryFn: ({ signal }) => call('reporters', { signal }),
    refetchInterval: 30_000,
  });
}

/** How often something is looked at that goes on now. */
const soonMs = 1000;

/** The backups, followed closely while one is being made. */
export function useBackups() {
  return useQuery({
    queryKey: systemKeys.backups,
    queryFn: ({ signal }) => call('backups', { signal }),
    staleTime: 5000,
    refetchInterval: ({ state: { data } }) => (data?.running ? soonMs : everyMs),
  });
}

/** The exports that run, and those that ended a short while ago; the stream tells when to look. */
export function useExports() {
  return useQuery({
    queryKey: keys.exports,
    queryFn: ({ signal }) => call('exports', { signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.some(({ state }) => state === 'running') ? soonMs : false,
  });
}

/** The imports, newest first; the stream tells when to look. */
export function useImports() {
  return useQuery({
    queryKey: keys.imports,
    queryFn: ({ signal }) => call('imports', { signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.some(({ state }) => state === 'running' || state === 'waiting') ? soonMs : false,
  });
}
