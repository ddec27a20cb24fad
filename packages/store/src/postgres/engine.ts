import type { Applied } from '../engine/engine.ts';
import type { Operation } from '../journal/operations.ts';
import { unpackArrivals } from '../packing.ts';
import type { ColumnCache } from '../sealed/column-cache.ts';
import { appendAll } from './appending.ts';
import type { Connections, Run } from './connections.ts';
import { lockDevices } from './device-rows.ts';
import { forgetDevice, forgetNumbers } from './forgetting.ts';
import { sealDevice } from './sealing.ts';
import { deleteWindows, saveWindows } from './window-rows.ts';

type Append = Extract<Operation, { kind: 'append' }>;
type End = Exclude<Operation, Append>;

/** What is much, or long: a device of which so many instants are hot, or the first of them for so long, is sealed. */
interface HotLimits {
  count: number;
  ms: number;
}

/** How what is stored changes. Nothing of it is held in memory, as other processes change it too. */
export interface PostgresEngine {
  /** Does operations in their order, as one transaction. */
  commit(operations: readonly Operation[]): Promise<Applied[]>;
  /** Seals what is hot of every device, one transaction each. */
  sealAll(): Promise<void>;
  /** Seals one device that is due; false where none is. */
  sealDue(limits: HotLimits): Promise<boolean>;
}

/** @param stampMs instants are rounded to multiples of it */
export function createEngine(connections: Connections, cache: ColumnCache, stampMs: number): PostgresEngine {
  const round = (at: number): number => Math.round(at / stampMs) * stampMs;

  async function append(run: Run, operations: readonly Append[]): Promise<Applied[]> {
    const devices = await lockDevices(run, appendedTo(operations));
    const batches = operations.map(({ packed }) => packed);
    const applied = await appendAll(run, cache, devices, batches, round);
    const moved = operations.flatMap(({ windows }) => windows);
    await saveWindows(run, moved);
    return applied;
  }

  async function end(run: Run, { kind, devices: names }: End): Promise<Applied> {
    await deleteWindows(run, names);
    const devices = await lockDevices(run, new Set(), new Set(names));
    for (const device of devices.values())
      await (kind === 'forget' ? forgetDevice(run, device) : forgetNumbers(run, device));
    return { isDuplicate: new Uint8Array(), readings: 0 };
  }

  return {
    commit: (operations) =>
      connections.write(async (run) => {
        const parts = partsOf(operations);
        // All locks in one order; each part then has what the one before it left.
        if (parts.length > 1) await lockDevices(run, appendedTo(operations), endedBy(operations));
        const applied: Applied[] = [];
        for (const part of parts)
          if (part.kind === 'appends') applied.push(...(await append(run, part.appends)));
          else applied.push(await end(run, part));
        return applied;
      }),
    async sealAll() {
      const devices = await connections.read((run) =>
        run<{ name: string }>('SELECT name FROM hearth.device WHERE hot_since IS NOT NULL ORDER BY id'),
      );
      for (const { name } of devices)
        await connections.write(async (run) => {
          const locked = await lockDevices(run, new Set(), new Set([name]));
          for (const device of locked.values()) await sealDevice(run, device);
        });
    },
    sealDue: ({ count, ms }) =>
      connections.write(async (run) => {
        const [due] = await run<{ id: number; name: string }>(
          `SELECT id, name FROM hearth.device
           WHERE hot_count >= $1 OR hot_since < extract(epoch FROM now()) * 1000 - $2
           ORDER BY hot_count DESC LIMIT 1 FOR UPDATE`,
          [count, ms],
        );
        if (due) await sealDevice(run, due);
        return due !== undefined;
      }),
  };
}

/** Runs of appends, which are done together, and what stands between them. */
type Part = { kind: 'appends'; appends: Append[] } | End;

function partsOf(operations: readonly Operation[]): Part[] {
  const parts: Part[] = [];
  for (const operation of operations) {
    const open = parts.at(-1);
    if (operation.kind !== 'append') parts.push(operation);
    else if (open?.kind === 'appends') open.appends.push(operation);
    else parts.push({ kind: 'appends', appends: [operation] });
  }
  return parts;
}

function appendedTo(operations: readonly Operation[]): Set<string> {
  const names = new Set<string>();
  for (const operation of operations)
    if (operation.kind === 'append') unpackArrivals(operation.packed, ({ device }) => void names.add(device));
  return names;
}

function endedBy(operations: readonly Operation[]): Set<string> {
  return new Set(operations.flatMap((one) => (one.kind === 'append' ? [] : one.devices)));
}
