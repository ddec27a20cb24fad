import type { Progress, Span } from '../face.ts';
import { changedBoots, type DeviceState } from '../hot/device.ts';
import { Spans, type SpanOfBoot } from '../hot/spans.ts';
import { numberArray } from './arrays.ts';
import type { Run } from './connections.ts';

interface SpanRow extends SpanOfBoot {
  device: number;
  boot: number;
}

/** Neighbouring numbers of one boot that came. */
interface Stretch {
  device: number;
  boot: number;
  low: number;
  high: number;
}

/** Numbers that came of a boot, as stretches. */
export function stretchesOf(device: number, boot: number, seqs: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const seq of seqs.toSorted((a, b) => a - b)) {
    const open = stretches.at(-1);
    if (open && seq <= open.high + 1) open.high = seq;
    else stretches.push({ device, boot, low: seq, high: seq });
  }
  return stretches;
}

/**
 * Reads those spans into devices that numbers can fall into or touch: the one that begins at or before a stretch, and
 * all from there to its end. A boot with many gaps is not read whole.
 */
export async function loadSpans(
  run: Run,
  devices: ReadonlyMap<number, DeviceState>,
  stretches: readonly Stretch[],
): Promise<SpanRow[]> {
  if (stretches.length === 0) return [];
  const column = (name: keyof Stretch): string => numberArray(stretches.map((one) => one[name]));
  const rows = await run<SpanRow>(
    `SELECT DISTINCT span.device, span.boot, first, last, first_at AS "firstAt", last_at AS "lastAt"
     FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[]) AS asked (device, boot, low, high)
     JOIN hearth.span ON span.device = asked.device AND span.boot = asked.boot AND first <= high + 1
       AND first >= coalesce((SELECT max(before.first) FROM hearth.span AS before
         WHERE before.device = asked.device AND before.boot = asked.boot AND before.first <= low), 0)
     ORDER BY span.device, span.boot, first`,
    [column('device'), column('boot'), column('low'), column('high')],
  );
  for (const { device, boot, ...span } of rows) {
    const { boots } = devices.get(device)!;
    let ofBoot = boots.get(boot);
    if (!ofBoot) boots.set(boot, (ofBoot = new Spans()));
    ofBoot.list.push(span);
  }
  return rows;
}

/** Writes what became of the spans that were read, and those that are new. */
export async function saveSpans(
  run: Run,
  devices: ReadonlyMap<number, DeviceState>,
  before: readonly SpanRow[],
): Promise<void> {
  const keyOf = ({ device, boot, first }: SpanRow): string => `${device} ${boot} ${first}`;
  const gone = new Map(before.map((row) => [keyOf(row), row]));
  const changed: SpanRow[] = [];
  const inBoots = new Set<string>();
  for (const [device, state] of devices)
    for (const boot of changedBoots(state)) {
      inBoots.add(`${device} ${boot}`);
      for (const span of state.boots.get(boot)!.list) {
        const row = { device, boot, ...span };
        const known = gone.get(keyOf(row));
        gone.delete(keyOf(row));
        if (known?.last !== row.last) changed.push(row);
      }
    }
  const dropped = [...gone.values()].filter(({ device, boot }) => inBoots.has(`${device} ${boot}`));
  const arrays = (rows: readonly SpanRow[], ...fields: (keyof SpanRow)[]): string[] =>
    fields.map((field) => numberArray(rows.map((row) => row[field])));
  if (dropped.length > 0)
    await run(
      `DELETE FROM hearth.span USING unnest($1::int[], $2::bigint[], $3::bigint[]) AS gone (device, boot, first)
       WHERE span.device = gone.device AND span.boot = gone.boot AND span.first = gone.first`,
      arrays(dropped, 'device', 'boot', 'first'),
    );
  if (changed.length > 0)
    await run(
      `INSERT INTO hearth.span (device, boot, first, last, first_at, last_at)
       SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
       ON CONFLICT (device, boot, first) DO UPDATE SET last = excluded.last, last_at = excluded.last_at`,
      arrays(changed, 'device', 'boot', 'first', 'last', 'firstAt', 'lastAt'),
    );
}

/** All that came of a device that is numbered. */
export async function readSpans(run: Run, device: string): Promise<Map<number, Spans>> {
  const rows = await run<Omit<SpanRow, 'device'>>(
    `SELECT boot, first, last, first_at AS "firstAt", last_at AS "lastAt"
     FROM hearth.span JOIN hearth.device ON device.id = span.device WHERE name = $1 ORDER BY boot, first`,
    [device],
  );
  const boots = new Map<number, Spans>();
  for (const { boot, ...span } of rows) {
    let ofBoot = boots.get(boot);
    if (!ofBoot) boots.set(boot, (ofBoot = new Spans()));
    ofBoot.list.push(span);
  }
  return boots;
}

/** How far every device that numbers its readings has come; sorted by nothing. */
export function readProgress(run: Run): Promise<Progress[]> {
  return run<Progress>(
    `SELECT name AS device, (array_agg(boot ORDER BY boot DESC))[1] AS boot,
       (array_agg(newest ORDER BY boot DESC))[1] AS seq, sum(newest - oldest + 1 - came)::bigint AS missing, duplicates
     FROM (SELECT device, boot, min(first) AS oldest, max(last) AS newest, sum(last - first + 1) AS came
       FROM hearth.span GROUP BY device, boot) AS ofboot
     JOIN hearth.device ON device.id = ofboot.device
     GROUP BY device.id`,
  );
}

/** What came of each device's newest boot; sorted by nothing. */
export function readNewestSpans(run: Run): Promise<Span[]> {
  return run<Span>(
    `SELECT name AS device, boot, first, last
     FROM (SELECT device, max(boot) AS boot FROM hearth.span GROUP BY device) AS newest
     JOIN hearth.span USING (device, boot) JOIN hearth.device ON device.id = span.device`,
  );
}
