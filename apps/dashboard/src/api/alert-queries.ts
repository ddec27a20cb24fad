import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import { keys } from './queries.ts';

/** What may become an alert changes without an event. */
const everyMs = 60_000;

/** What is wrong, what was, and what is watched for; the stream tells when it changed. */
export function useAlerts() {
  return useQuery({
    queryKey: keys.alerts,
    queryFn: ({ signal }) => call('alerts', { signal }),
    refetchInterval: everyMs,
  });
}

/** Where alerts are sent, and how the last sending went; the stream tells when it changed. */
export function useChannels() {
  return useQuery({ queryKey: keys.channels, queryFn: ({ signal }) => call('channels', { signal }) });
}
