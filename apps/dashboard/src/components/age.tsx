import { useTimed } from '../clock.ts';
import { age } from '../format.ts';

/** The age of a value in words; draws itself again only when the words change. */
export function Age({ at }: { at: number }) {
  return <>{useTimed((nowAt) => age(nowAt - at))}</>;
}
