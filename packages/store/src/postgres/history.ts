import { cutRollups } from '../charts/rollup.ts';
import { rollupSpans } from '../charts/widths.ts';
import { openEnvelope } from '../codec/envelope.ts';
import { decodeTimes } from '../codec/times.ts';
import { decodeValues } from '../codec/values.ts';
import { timesPart } from '../sealed/blocks.ts';
import type { ColumnCache } from '../sealed/column-cache.ts';
import { openContainer } from '../sealed/container.ts';
import type { Block, History } from '../sealed/history.ts';
import { decodeRollupsOf } from '../sealed/rollup-columns.ts';
import { instant, numberArray } from './arrays.ts';
import type { Run } from './connections.ts';

interface AskedBlocks {
  device: number;
  from: number;
  to: number;
}

interface AskedRollups extends AskedBlocks {
  widthMs: number;
}

interface RollupRow {
  start: number;
  data: Buffer;
}

/** What is asked for, each once by its key, and what was found. */
class Asked<Question, Found> {
  readonly missing = new Map<string, Question>();
  readonly #found = new Map<string, Found>();

  find(key: string, question: Question): Found | undefined {
    const found = this.#found.get(key);
    if (found === undefined) this.missing.set(key, question);
    return found;
  }

  /** Answers all that is missing. */
  async fetch(look: (questions: Question[]) => Promise<Found[]>): Promise<void> {
    if (this.missing.size === 0) return;
    const keys = [...this.missing.keys()];
    for (const [i, found] of (await look([...this.missing.values()])).entries())
      this.#found.set(keys[i]!, found);
    this.missing.clear();
  }
}

/**
 * Does work that reads what is sealed, and that has no other effects. The code that does it is the same as over SQLite
 * and does not wait; so it is done with what is at hand and again with what it was found to miss, three times at most:
 * first it asks for blocks and rollups, then for what is in the blocks.
 */
export async function withHistory<T>(
  run: Run,
  cache: ColumnCache,
  work: (history: History) => T,
): Promise<T> {
  const blocks = new Asked<AskedBlocks, Block[]>();
  const contents = new Asked<number, Map<string, Uint8Array>>();
  const rollups = new Asked<AskedRollups, RollupRow[]>();

  const partOf = (block: number, name: string): Uint8Array | undefined =>
    contents.find(`${block}`, block)?.get(name);

  const history: History = {
    blocks: (device, from, to) => blocks.find(`${device} ${from} ${to}`, { device, from, to }) ?? [],
    times: (block) =>
      cache.get(`${block}`, () => {
        const part = partOf(block, timesPart);
        return part ? decodeTimes(openEnvelope(part)) : null;
      }) ?? new Float64Array(),
    values: (quantity, block) =>
      cache.get(`${block} ${quantity}`, () => {
        const part = partOf(block, quantity);
        return part ? decodeValues(openEnvelope(part)) : null;
      }),
    rollups({ device, quantity }, widthMs, from, to) {
      const asked = {
        device,
        widthMs,
        from: Math.floor(from / rollupSpans.get(widthMs)!) * rollupSpans.get(widthMs)!,
        to,
      };
      const rows = rollups.find(`${device} ${widthMs} ${asked.from} ${to}`, asked) ?? [];
      return rows
        .flatMap(({ start, data }) => decodeRollupsOf(data, quantity, start, widthMs))
        .map((columns) => cutRollups(columns, from, to));
    },
  };

  for (;;) {
    const result = work(history);
    const isMissing = [blocks, contents, rollups].some(({ missing }) => missing.size > 0);
    if (!isMissing) return result;
    await Promise.all([
      blocks.fetch((asked) => readBlocks(run, asked)),
      contents.fetch((asked) => readContents(run, asked)),
      rollups.fetch((asked) => readRollups(run, asked)),
    ]);
  }
}

async function readBlocks(run: Run, asked: readonly AskedBlocks[]): Promise<Block[][]> {
  const rows = await run<Block & { place: number }>(
    `SELECT place, id, first, last, count
     FROM unnest($1::int[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS asked (device, begins, ends, place)
     JOIN hearth.block ON block.device = asked.device AND first < ends AND last >= begins
       AND first >= coalesce((SELECT max(before.first) FROM hearth.block AS before
         WHERE before.device = asked.device AND before.first <= begins), 0)
     ORDER BY place, first`,
    [
      numberArray(asked.map(({ device }) => device)),
      numberArray(asked.map(({ from }) => instant(from))),
      numberArray(asked.map(({ to }) => instant(to))),
    ],
  );
  const found = asked.map((): Block[] => []);
  for (const { place, ...block } of rows) found[place - 1]!.push(block);
  return found;
}

async function readContents(run: Run, asked: readonly number[]): Promise<Map<string, Uint8Array>[]> {
  const rows = await run<{ id: number; data: Buffer }>(
    'SELECT id, data FROM hearth.block WHERE id = ANY($1::bigint[])',
    [numberArray(asked)],
  );
  const byId = new Map(rows.map(({ id, data }) => [id, openContainer(data)]));
  return asked.map((id) => byId.get(id)!);
}

async function readRollups(run: Run, asked: readonly AskedRollups[]): Promise<RollupRow[][]> {
  const rows = await run<RollupRow & { place: number }>(
    `SELECT place, start, data
     FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[]) WITH ORDINALITY AS asked (device, width_ms, begins, ends, place)
     JOIN hearth.rollup USING (device, width_ms) WHERE start >= begins AND start < ends
     ORDER BY place, start`,
    [
      numberArray(asked.map(({ device }) => device)),
      numberArray(asked.map(({ widthMs }) => widthMs)),
      numberArray(asked.map(({ from }) => instant(from))),
      numberArray(asked.map(({ to }) => instant(to))),
    ],
  );
  const found = asked.map((): RollupRow[] => []);
  for (const { place, ...row } of rows) found[place - 1]!.push(row);
  return found;
}
