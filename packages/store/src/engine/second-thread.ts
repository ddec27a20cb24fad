import { DamagedBytesError } from '../codec/bytes.ts';
import type { Columns } from '../hot/columns.ts';
import type { Change } from '../sealed/sealing.ts';
import type { Work } from '../sqlite/sealing.ts';
import { startThread, type Thread } from '../thread.ts';

/** A thread that works out what sealing changes. It is started when it is needed first. */
export interface SecondThread {
  /** @throws {DamagedBytesError} where what is sealed does not read back */
  work(work: Work): Promise<Change>;
  /** Lets it end; it is started again when it is needed. */
  rest(): Promise<void>;
}

export function createSecondThread(): SecondThread {
  let thread: Promise<Thread<Work, Change>> | null = null;

  return {
    async work(work) {
      thread ??= startThread<Work, Change>(
        new URL('./sealing-worker.ts', import.meta.url),
        {},
        {
          refuseOpen: ({ message }) => new Error(message),
          refuse: ({ message }) => new DamagedBytesError(message),
          notice: () => undefined,
          die: () => undefined,
        },
      );
      const columns = copyOf(work.piece.columns);
      return (await thread).ask({ ...work, piece: { ...work.piece, columns } }, [
        columns.times.buffer,
        ...Array.from(columns.values.values(), ({ buffer }) => buffer),
      ]);
    },
    async rest() {
      const running = thread;
      thread = null;
      await (await running)?.close();
    },
  };
}

interface OwnColumns extends Columns {
  times: Float64Array<ArrayBuffer>;
  values: Map<string, Float64Array<ArrayBuffer>>;
}

/** They are views of more than what is in them, all of which would cross. */
function copyOf({ times, values }: Columns): OwnColumns {
  return {
    times: times.slice(),
    values: new Map(Array.from(values, ([quantity, column]) => [quantity, column.slice()])),
  };
}
