/** What aedes gets from a persistence: something with `then`. Ours calls back in the same turn of the loop. */
export interface Answer<T> {
  // oxlint-disable-next-line unicorn/no-thenable
  then(use: (value: T) => unknown, onFailure?: (error: Error) => unknown): unknown;
  finally(use: () => unknown): unknown;
}

/** A value that is there already: no turn of the event loop between. */
export function atOnce<T>(value: T): Answer<T> {
  return {
    // oxlint-disable-next-line unicorn/no-thenable
    then: (use) => use(value),
    finally: (use) => use(),
  };
}

/** A failure that is there already. */
export function failedAtOnce(error: Error): Answer<never> {
  return {
    // oxlint-disable-next-line unicorn/no-thenable
    then: (_use, onFailure) => onFailure?.(error),
    finally: (use) => use(),
  };
}

/** An answer that comes later, to one asker. */
export function later<T>(): Answer<T> & { resolve(value: T): void; reject(error: Error): void } {
  let settled: Answer<T> | null = null;
  let ask: ((answer: Answer<T>) => void) | null = null;
  const settle = (answer: Answer<T>): void => {
    if (settled) return;
    settled = answer;
    ask?.(answer);
  };
  const when = (asker: (answer: Answer<T>) => void): void => {
    if (settled) asker(settled);
    else ask = asker;
  };
  return {
    // oxlint-disable-next-line unicorn/no-thenable
    then: (use, onFailure) => when((answer) => answer.then(use, onFailure)),
    finally: (use) => when(() => use()),
    resolve: (value) => settle(atOnce(value)),
    reject: (error) => settle(failedAtOnce(error)),
  };
}
