import type { TokenScope } from '@hearth/contract';

/** What a token with a scope may do. */
export const scopeWords: Record<TokenScope, string> = {
  read: 'look',
  command: 'set, ask, acknowledge and mute',
  admin: 'manage devices, alerts and storage',
};
