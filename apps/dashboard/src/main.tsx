import './tokens.css';
import './base.css';
import { QueryCache, QueryClient, QueryClientProvider, MutationCache } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RequestFailure } from './api/problem.ts';
import { forgetSession } from './api/queries.ts';
import { AppRoutes, fetchPages } from './routes.tsx';

/** A session can end at any request; whichever it is, the person signs in and comes back. */
function onError(error: unknown): void {
  if (error instanceof RequestFailure && error.code === 'not-signed-in') forgetSession(client);
}

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // The stream keeps the cache current; a request is repeated only when nobody answered it.
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      // On a LAN the browser may call itself offline while the server is next door.
      networkMode: 'always',
      retry: (count, error) => count < 2 && error instanceof RequestFailure && error.code === 'unreachable',
      retryDelay: (attempt) => 400 * 2 ** attempt,
    },
    // Never repeated by itself: a setpoint that acts late is worse than one that failed.
    mutations: { networkMode: 'always', retry: false },
  },
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <AppRoutes />
    </QueryClientProvider>
  </StrictMode>,
);

// Safari has no requestIdleCallback.
const whenIdle = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 2000));
whenIdle(() => void fetchPages().catch(() => {}));
