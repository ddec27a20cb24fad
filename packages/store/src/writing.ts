import type { Ask, Answer, Committed, Write } from './engine/asks.ts';
import { StoreWriteError } from './errors.ts';
import type { Fate, ReplayWindow, Store, StoreLog, StoreState } from './face.ts';
import { packArrivals, type PackedArrivals } from './packing.ts';
import type { Thread } from './thread.ts';

/** The face's calls that write; they also keep count of how writing goes. */
export function createWriting(
  engine: Thread<Ask, Answer>,
  log?: StoreLog,
): Pick<Store, 'append' | 'appendPacked' | 'beginAnew' | 'forget' | 'seal' | 'retain' | 'state'> {
  const state: StoreState = { isWritable: true, readings: 0, lastCommitMs: null };

  function noteCommit({ readings, commitMs, problem }: Committed): void {
    if (!state.isWritable) log?.info({}, 'readings are stored again');
    state.isWritable = true;
    if (problem === undefined) delete state.problem;
    else state.problem = `sealing waits: ${problem}`;
    state.readings += readings;
    state.lastCommitMs = commitMs;
  }

  function noteRefusal({ code, message }: StoreWriteError): void {
    if (state.isWritable) log?.error({ code }, message);
    state.isWritable = false;
    state.problem = message;
  }

  async function write(one: Write, transfer?: ArrayBuffer[]): Promise<Committed> {
    try {
      const committed = (await engine.ask({ kind: 'write', write: one }, transfer)) as Committed;
      noteCommit(committed);
      return committed;
    } catch (error) {
      if (error instanceof StoreWriteError) noteRefusal(error);
      throw error;
    }
  }

  async function appendPacked(
    packed: PackedArrivals,
    windows: readonly ReplayWindow[] = [],
  ): Promise<Fate[]> {
    const { isDuplicate } = await write({ kind: 'append', packed, windows }, [packed.buffer]);
    const fates: Fate[] = [];
    for (const flag of isDuplicate) fates.push(flag ? 'duplicate' : 'stored');
    return fates;
  }

  return {
    async append(arrivals, windows = []) {
      if (arrivals.length === 0 && windows.length === 0) return [];
      return appendPacked(packArrivals(arrivals), windows);
    },
    appendPacked: (packed) => appendPacked(packed),
    async beginAnew(devices) {
      if (devices.length > 0) await write({ kind: 'begin-anew', devices });
    },
    async forget(devices) {
      if (devices.length > 0) await write({ kind: 'forget', devices });
    },
    async seal() {
      await write({ kind: 'seal' });
    },
    async retain(rules) {
      await write({ kind: 'retain', rules });
    },
    state: () => ({ ...state }),
  };
}
