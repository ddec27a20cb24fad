import { timesPart, type SealedBlock, type Summary } from './blocks.ts';
import { openContainer, packContainer } from './container.ts';

/** What is left of a block without some of its quantities; null when that is nothing. */
export function withoutQuantities(block: SealedBlock, gone: readonly string[]): SealedBlock | null {
  const parts = openContainer(block.data);
  const summary: Summary = { ...block.summary };
  for (const quantity of gone) {
    parts.delete(quantity);
    delete summary[quantity];
  }
  return parts.size > 1 ? { ...block, summary, data: packContainer(parts) } : null;
}

/** What is left of a row of rollups: null when that is nothing, undefined when it is all. */
export function rollupsWithout(
  data: Uint8Array,
  isGone: (quantity: string) => boolean,
): Buffer | null | undefined {
  const parts = openContainer(data);
  const before = parts.size;
  for (const quantity of parts.keys()) if (quantity !== timesPart && isGone(quantity)) parts.delete(quantity);
  if (parts.size === before) return undefined;
  return parts.size > 1 ? packContainer(parts) : null;
}
