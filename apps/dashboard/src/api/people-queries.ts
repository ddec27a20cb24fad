import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { RouteName } from '@hearth/contract';
import { call } from './client.ts';
import { useSession } from './queries.ts';

/** The key of who is in the home. */
export const peopleKey = ['people'] as const;

/** Who is in the home, and who is invited. */
export function usePeople() {
  return useQuery({ queryKey: peopleKey, queryFn: ({ signal }) => call('people', { signal }) });
}

/** Who did what, page by page; fetched anew whenever it is looked at. */
export function useAudit() {
  return useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam, signal }) =>
      call('audit', { query: pageParam === null ? {} : { before: String(pageParam) }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: ({ before }) => before,
    staleTime: 0,
  });
}

/** Whether the person who is signed in may call a route, as the server's table of rights says. */
export function useMay(name: RouteName): boolean {
  return useSession().data?.may.includes(name) ?? false;
}
