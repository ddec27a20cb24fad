import type { Alert, AlertKind, AlertRule } from '@hearth/contract';
import { keyOf, type Condition, type Finding } from './condition.ts';
import type { Situation } from './situation.ts';

/*
 *              holds for holdMin          somebody
 *   (nothing) ──▶ pending ──▶ firing ──────────▶ acknowledged
 *                               └──────▶ resolved ◀──┘   gone for clearMin
 *
 * What is pending, or on its way to be resolved, is in memory alone: a restart begins these times anew, so that
 * our own absence counts for neither.
 */

/** What holds, but not for long enough yet. */
interface Pending {
  kind: AlertKind;
  finding: Finding;
  since: number;
}

/** What the machine remembers between two looks. */
export interface Memory {
  pending: ReadonlyMap<string, Pending>;
  /** Since when what an open alert is about does not hold any more. */
  clearing: ReadonlyMap<string, number>;
}

/** An open alert; it is not told while it is muted. */
export interface OpenAlert extends Alert {
  isTold: boolean;
}

/** What a look changes. `told`: an alert that was muted when it fired is told now. */
export type Change =
  | { what: 'fired'; kind: AlertKind; finding: Finding; since: number }
  | { what: 'told' | 'escalated' | 'resolved'; alert: OpenAlert };

export const emptyMemory: Memory = { pending: new Map(), clearing: new Map() };

const minuteMs = 60_000;

/** What is found of every kind that is on; null of one of which nothing can be told. */
export type Findings = ReadonlyMap<AlertKind, readonly Finding[] | null>;

/** Looks at a situation by every rule that is on. */
export function findAll(
  conditions: Readonly<Record<AlertKind, Condition>>,
  rules: readonly AlertRule[],
  situation: Situation,
  open: ReadonlyMap<string, OpenAlert>,
): Findings {
  return new Map(
    rules
      .filter(({ isOn }) => isOn)
      .map(({ kind, threshold }) => [
        kind,
        conditions[kind].look(situation, threshold ?? 0, (subject) => open.has(keyOf(kind, subject))),
      ]),
  );
}

/** The next step: what is remembered, and what changes. Pure. `open` is by {@link keyOf}. */
export function step(
  memory: Memory,
  open: ReadonlyMap<string, OpenAlert>,
  findings: Findings,
  options: {
    now: number;
    /** Minutes for which a kind has to hold, and to be gone. */
    times: (kind: AlertKind) => { holdMin: number; clearMin: number };
    escalateMin: number | null;
  },
): { memory: Memory; changes: Change[] } {
  const { now, times, escalateMin } = options;
  const pending = new Map<string, Pending>();
  const clearing = new Map<string, number>();
  const changes: Change[] = [];
  const found = new Map<string, Finding>();
  for (const [kind, list] of findings)
    for (const finding of list ?? []) found.set(keyOf(kind, finding.subject), finding);
  const isCause = (key: string): boolean => found.get(key)?.holds === true || open.has(key);

  for (const [kind, list] of findings)
    for (const finding of list ?? []) {
      const key = keyOf(kind, finding.subject);
      const before = memory.pending.get(key);
      if (open.has(key) || finding.holds === false || finding.causes.some(isCause)) continue;
      // Between two readings of a slow sensor nothing can be told: what began goes on until it is seen to be over.
      if (finding.holds === null) {
        if (before) pending.set(key, before);
        continue;
      }
      const since = Math.max(before?.since ?? now, finding.since ?? 0);
      if (now - since >= times(kind).holdMin * minuteMs)
        changes.push({ what: 'fired', kind, finding, since });
      else pending.set(key, { kind, finding, since });
    }

  for (const [key, alert] of open) {
    const list = findings.get(alert.kind);
    const finding = found.get(key);
    const isGone = list !== null && finding === undefined;
    const isHidden = finding?.causes.some(isCause) ?? false;
    if (isGone || (finding?.holds === false && !isHidden)) {
      const since = memory.clearing.get(key) ?? now;
      if (isGone || now - since >= times(alert.kind).clearMin * minuteMs) {
        changes.push({ what: 'resolved', alert });
        continue;
      }
      clearing.set(key, since);
    }
    if (alert.state !== 'firing' || now < (alert.mutedUntil ?? 0)) continue;
    if (!alert.isTold) changes.push({ what: 'told', alert });
    else if (
      alert.escalatedAt === null &&
      escalateMin !== null &&
      now - alert.firedAt >= escalateMin * minuteMs
    )
      changes.push({ what: 'escalated', alert });
  }
  return { memory: { pending, clearing }, changes };
}
