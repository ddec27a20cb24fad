import { useQuery } from '@tanstack/react-query';
import type { Availability, Subject } from '@hearth/contract';
import { call } from './client.ts';

/** The keys of what is told of availability. */
export const availabilityKeys = {
  all: ['availability'],
  link: ['status-link'],
  page: (token: string) => ['status-page', token],
} as const;

/** It changes slowly: a minute is a fifteen-hundredth of a day. */
const everyMs = 60_000;

/** Where only its bar of a day is seen. */
export const aDayMovesMs = 600_000;

/** Availability of everything, and how far the objectives are met. */
export function useAvailability(intervalMs = everyMs) {
  return useQuery({
    queryKey: availabilityKeys.all,
    queryFn: ({ signal }) => call('availability', { signal }),
    staleTime: 10_000,
    refetchInterval: intervalMs,
  });
}

/** Whether a status page is shared, and its link. */
export function useStatusLink() {
  return useQuery({
    queryKey: availabilityKeys.link,
    queryFn: ({ signal }) => call('statusLink', { signal }),
  });
}

/** The status page of a link, for who may have no session. */
export function useStatusPage(token: string) {
  return useQuery({
    queryKey: availabilityKeys.page(token),
    queryFn: ({ signal }) => call('statusPage', { params: { token }, signal }),
    refetchInterval: everyMs,
    retry: false,
  });
}

/** What is known of one subject; undefined while there is nothing. */
export function findSubject(
  all: readonly Availability[],
  { kind, ...rest }: Subject,
): Availability | undefined {
  const id = 'id' in rest ? rest.id : undefined;
  return all.find(
    ({ subject }) => subject.kind === kind && ('id' in subject ? subject.id : undefined) === id,
  );
}
