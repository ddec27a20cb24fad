import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import { keys } from './queries.ts';

/** The stream tells when to look; should it be away, this does. */
const soonMs = 1000;

/** The check of a device that runs, or the last one. */
export function useConformance() {
  return useQuery({
    queryKey: keys.check,
    queryFn: ({ signal }) => call('conformance', { signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.run?.state === 'waiting' || data?.run?.state === 'running' ? soonMs : false,
  });
}
