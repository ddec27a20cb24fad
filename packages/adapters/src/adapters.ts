// Other people's devices: messages of other software in, manifests and readings of the contract out.
import type { Adapter } from './adapter.ts';
import { rtl433 } from './rtl-433.ts';

export type { Adapter, AdapterMessage, AdapterResult } from './adapter.ts';

/** Every adapter there is. */
export const adapters: readonly Adapter[] = [rtl433];
