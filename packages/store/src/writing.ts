import { StoreWriteError } from './errors.ts';
import type { Store, StoreLog, StoreState } from './face.ts';
import { pack } from './packing.ts';
import type { Thread } from './thread.ts';
import type { Committed } from './writer-worker.ts';
import type { Write } from './writer.ts';

/** The face's calls that write, on the writer's thread; they also keep count of how writing goes. */
export function createWriting(
  writer: Thread<Write, Committed>,
  log?: StoreLog,
): Pick<Store, 'append' | 'beginAnew' | 'forget' | 'state'> {
  const state: StoreState = { isWritable: true, readings: 0, lastCommitMs: null };

  function noteCommit({ readings, commitMs }: Committed): void {
    if (!state.isWritable) log?.info({}, 'readings are stored again');
    state.isWritable = true;
    delete state.problem;
    state.readings += readings;
    state.lastCommitMs = commitMs;
  }

  function noteRefusal({ code, message }: StoreWriteError): void {
    if (state.isWritable) log?.error({ code }, message);
    state.isWritable = false;
    state.problem = message;
  }

  async function write(ask: Write, transfer?: ArrayBuffer[]): Promise<Committed> {
    try {
      const committed = await writer.ask(ask, transfer);
      noteCommit(committed);
      return committed;
    } catch (error) {
      if (error instanceof StoreWriteError) noteRefusal(error);
      throw error;
    }
  }

  return {
    async append(arrivals, windows = []) {
      if (arrivals.length === 0 && windows.length === 0) return [];
      const packed = pack(arrivals);
      const { isDuplicate } = await write({ append: packed, windows }, [packed.numbers.buffer]);
      return Array.from(isDuplicate, (flag) => (flag ? 'duplicate' : 'stored'));
    },
    async beginAnew(devices) {
      if (devices.length > 0) await write({ forget: [...devices], what: 'numbers' });
    },
    async forget(devices) {
      if (devices.length > 0) await write({ forget: [...devices], what: 'all' });
    },
    state: () => ({ ...state }),
  };
}
