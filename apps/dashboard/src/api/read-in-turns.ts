/** Time between two turns in a flood, ms. Ten a second are live to the eye, and cost a page far less than fifty. */
const paceMs = 100;
/** So many turns may come ahead of that pace: a few changes after a quiet time are each shown at once. */
const aheadMax = 4;
/** Least time between two turns, ms: what is stored together arrives within it. */
const gapMs = 20;

const pause = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms));

/**
 * Reads a stream in turns: what comes after a quiet time at once, and of a flood all that has come together,
 * ten times a second in the long run. Some browsers keep what is not read yet as one piece, others as many: all that is there
 * is one turn either way, so that reading never falls behind.
 * @throws what the stream fails with; what this turn had read by then is not given.
 */
export async function* readInTurns<T>(stream: ReadableStream<T>): AsyncGenerator<T[], void> {
  const reader = stream.getReader();
  let next = reader.read();
  /** When the pace would have the next turn: the generic cell rate algorithm of ITU-T I.371. */
  let dueAt = -Infinity;
  for (;;) {
    const turn: T[] = [];
    let piece: ReadableStreamReadResult<T> | null = await next;
    while (piece !== null) {
      if (piece.done) {
        if (turn.length > 0) yield turn;
        return;
      }
      turn.push(piece.value);
      next = reader.read();
      piece = await Promise.race([next, pause(0)]);
    }
    yield turn;
    const now = performance.now();
    dueAt = Math.max(dueAt, now) + paceMs;
    await pause(Math.max(gapMs, dueAt - now - aheadMax * paceMs));
  }
}
