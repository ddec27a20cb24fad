import type { Answer } from './asks.ts';

/** The buffers of an answer, which move to the main thread without a copy. */
export function buffersOf(answer: Answer): ArrayBuffer[] {
  if (answer === null || typeof answer !== 'object') return [];
  if ('isDuplicate' in answer) return [answer.isDuplicate.buffer];
  if ('numbers' in answer) return [answer.numbers.buffer];
  if ('times' in answer) return [answer.times.buffer, answer.values.buffer];
  if (!('columns' in answer)) return [];
  return answer.columns.flatMap(({ on, ...columns }) =>
    [...Object.values(columns), ...Object.values(on ?? {})].map(({ buffer }) => buffer),
  );
}
