import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';

/** The key of how a device is heard and how it answers. */
export const monitoringKey = (device: string) => ['monitoring', device] as const;

/** How a device is heard and how it answers. What of it moves each second is in the live device. */
export function useMonitoring(device: string) {
  return useQuery({
    queryKey: monitoringKey(device),
    queryFn: ({ signal }) => call('deviceMonitoring', { params: { id: device }, signal }),
    staleTime: 5000,
    refetchInterval: 60_000,
  });
}
