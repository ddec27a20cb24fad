/** Least time between two turns, ms. Ten a second are live to the eye, and cost a page far less than fifty. */
const paceMs = 100;

const pause = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms));

/**
 * Reads a stream in turns: what comes after a quiet time at once, and of a flood all that has come together,
 * ten times a second. Some browsers keep what is not read yet as one piece, others as many: all that is there
 * is one turn either way, so that reading never falls behind.
 * @throws what the stream fails with; what this turn had read by then is not given.
 */
export async function* readInTurns<T>(stream: ReadableStream<T>): AsyncGenerator<T[], void> {
  const reader = stream.getReader();
  let next = reader.read();
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
    await pause(paceMs);
  }
}
