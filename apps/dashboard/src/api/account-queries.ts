import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';

/** The keys of what belongs to the person who is signed in. */
export const accountKey = ['account'] as const;
export const passkeysKey = ['passkeys'] as const;
export const tokensKey = ['tokens'] as const;
export const sessionsKey = ['sessions'] as const;

/** What one's sign-in takes beside the password. */
export function useAccount() {
  return useQuery({ queryKey: accountKey, queryFn: ({ signal }) => call('account', { signal }) });
}

/** One's passkeys. */
export function usePasskeys() {
  return useQuery({ queryKey: passkeysKey, queryFn: ({ signal }) => call('passkeys', { signal }) });
}

/** The tokens of one's programs. */
export function useTokens() {
  return useQuery({ queryKey: tokensKey, queryFn: ({ signal }) => call('tokens', { signal }) });
}

/** Where one is signed in. */
export function useSessions() {
  return useQuery({ queryKey: sessionsKey, queryFn: ({ signal }) => call('sessions', { signal }) });
}
