import type { Alert, AlertKind, AlertSettings } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { keyOf, type Condition } from './condition.ts';
import { conditions } from './conditions.ts';
import type { Change, OpenAlert } from './machine.ts';
import type { NoticeContent, NoticeKind } from './notice.ts';
import { quietUntil } from './quiet.ts';

type Row = Omit<OpenAlert, 'isTold'> & { isTold: 0 | 1 };

/** Whom alerts are sent to, as far as it matters here. */
interface Addressee {
  id: number;
  reach: 'all' | 'urgent' | 'escalated';
}

/** When it is told: not before the quiet hours end, nor before announced work does. */
export interface Calm {
  settings: AlertSettings;
  timeZone: string;
  /** Null where nobody announced any. */
  maintenanceUntil: number | null;
}

/** What nobody does on purpose: told while work goes on as well. */
const alwaysTold: ReadonlySet<AlertKind> = new Set<AlertKind>(['frost-risk']);

/** How many that are over are shown, and how long they are kept. */
const shown = 100;
const keptMs = 365 * 86_400_000;

const columns = `id, kind, subject, name, device AS deviceId, room AS roomId, severity, state, title, why,
  to_do AS toDo, since, fired_at AS firedAt, acknowledged_at AS acknowledgedAt, acknowledged_by AS acknowledgedBy,
  muted_until AS mutedUntil, escalated_at AS escalatedAt, resolved_at AS resolvedAt, is_told AS isTold`;

/** Without what is ours alone. */
function toAlert(open: Row | OpenAlert): Alert {
  const { isTold: _, ...alert } = open;
  return alert;
}

/** When somebody may be told of it that is made now. */
function dueAtOf(
  { kind, severity }: Pick<Alert, 'kind' | 'severity'>,
  now: number,
  { settings: { quiet }, timeZone, maintenanceUntil }: Calm,
): number {
  const wokenAt = severity === 'urgent' ? now : (quietUntil(now, quiet, timeZone) ?? now);
  return Math.max(wokenAt, alwaysTold.has(kind) ? now : (maintenanceUntil ?? now));
}

/**
 * Alerts in hearth.db. What changes and who is told of it is one transaction: a crash leaves both or neither.
 */
export function openAlertRecords(db: Database) {
  const selectOpen = db.prepare<[], Row>(`SELECT ${columns} FROM alert WHERE state <> 'resolved'`);
  const selectOver = db.prepare<[number], Row>(
    `SELECT ${columns} FROM alert WHERE state = 'resolved' ORDER BY resolved_at DESC, id DESC LIMIT ?`,
  );
  const selectOne = db.prepare<[number], Row>(`SELECT ${columns} FROM alert WHERE id = ?`);
  const selectMute = db
    .prepare<[string, string], number | null>(
      'SELECT muted_until FROM alert WHERE kind = ? AND subject = ? ORDER BY id DESC LIMIT 1',
    )
    .pluck();
  const insert = db.prepare(
    `INSERT INTO alert (kind, subject, name, device, room, severity, state, title, why, to_do, since, fired_at,
       muted_until, is_told)
     VALUES (@kind, @subject, @name, @deviceId, @roomId, @severity, 'firing', @title, @why, @toDo, @since, @now,
       @mutedUntil, 0)`,
  );
  const setTold = db.prepare('UPDATE alert SET is_told = 1 WHERE id = ?');
  const setEscalated = db.prepare('UPDATE alert SET escalated_at = ? WHERE id = ?');
  const setResolved = db.prepare(`UPDATE alert SET state = 'resolved', resolved_at = ? WHERE id = ?`);
  const setAcknowledged = db.prepare(
    `UPDATE alert SET state = 'acknowledged', acknowledged_at = ?, acknowledged_by = ? WHERE id = ? AND state = 'firing'`,
  );
  const setMuted = db.prepare('UPDATE alert SET muted_until = ? WHERE id = ?');
  const addressees = db.prepare<[], Addressee>('SELECT id, reach FROM alert_channel WHERE gone_at IS NULL');
  const addNotice = db.prepare(
    `INSERT INTO alert_notice (alert, channel, what, content, state, made_at, due_at)
     VALUES (@alert, @channel, @what, @content, 'waiting', @now, @dueAt)`,
  );
  // What waits for the end of the quiet hours and was not tried yet: nobody has to be told of it any more.
  const withdraw = db.prepare(
    `UPDATE alert_notice SET state = 'withdrawn', ended_at = @now
     WHERE alert = @alert AND state = 'waiting' AND attempts = 0 AND due_at > @now`,
  );
  const selectHeld = db.prepare<[number], { id: number; content: string; dueAt: number }>(
    `SELECT id, content, due_at AS dueAt FROM alert_notice WHERE state = 'waiting' AND attempts = 0 AND due_at > ?`,
  );
  const setDue = db.prepare('UPDATE alert_notice SET due_at = ? WHERE id = ?');
  const toldChannels = db
    .prepare<[number], number>(
      `SELECT DISTINCT channel FROM alert_notice WHERE alert = ? AND state <> 'withdrawn'`,
    )
    .pluck();
  const prune = db.prepare('DELETE FROM alert WHERE resolved_at < ?');

  const find = (id: number): OpenAlert | undefined => {
    const row = selectOne.get(id);
    return row && { ...row, isTold: row.isTold === 1 };
  };

  function tell(
    alert: OpenAlert,
    what: NoticeKind,
    channels: readonly number[],
    now: number,
    calm: Calm,
  ): void {
    const { kind, subject, name, severity, title, why, toDo, firedAt, resolvedAt } = alert;
    const content: NoticeContent = { kind, subject, name, severity, title, why, toDo, firedAt, resolvedAt };
    const dueAt = dueAtOf(alert, now, calm);
    for (const channel of channels)
      addNotice.run({ alert: alert.id, channel, what, content: JSON.stringify(content), now, dueAt });
  }

  function fire(change: Extract<Change, { what: 'fired' }>, now: number): OpenAlert {
    const { kind, finding, since } = change;
    const { subject, name, why, deviceId = null, roomId = null } = finding;
    const { severity, title, toDo }: Condition = conditions[kind];
    const mutedUntil = selectMute.get(kind, subject) ?? null;
    const { lastInsertRowid } = insert.run({
      kind,
      subject,
      name,
      deviceId,
      roomId,
      severity,
      title: title(name),
      why,
      toDo,
      since,
      now,
      mutedUntil: mutedUntil !== null && mutedUntil > now ? mutedUntil : null,
    });
    return find(Number(lastInsertRowid))!;
  }

  /** Those that hear of it at first. */
  const first = (alert: OpenAlert): number[] =>
    addressees
      .all()
      .filter(({ reach }) => reach === 'all' || (reach === 'urgent' && alert.severity === 'urgent'))
      .map(({ id }) => id);

  const applyOne = (change: Change, now: number, calm: Calm): void => {
    const alert = change.what === 'fired' ? fire(change, now) : change.alert;
    if (change.what === 'resolved') {
      setResolved.run(now, alert.id);
      withdraw.run({ alert: alert.id, now });
      tell({ ...alert, resolvedAt: now }, 'resolved', toldChannels.all(alert.id), now, calm);
    } else if (change.what === 'escalated') {
      setEscalated.run(now, alert.id);
      const everybody = addressees.all().map(({ id }) => id);
      tell(alert, 'escalated', everybody, now, calm);
    } else if (now >= (alert.mutedUntil ?? 0)) {
      setTold.run(alert.id);
      tell(alert, 'fired', first(alert), now, calm);
    }
  };

  return {
    /** What is open, by kind and subject. */
    open: (): Map<string, OpenAlert> =>
      new Map(
        selectOpen.all().map((row) => [keyOf(row.kind, row.subject), { ...row, isTold: row.isTold === 1 }]),
      ),
    history: (): Alert[] => selectOver.all(shown).map(toAlert),
    /** On disk when it returns, with the notices; @throws when the disk refuses, and nothing of it is there then. */
    apply: db.transaction((changes: readonly Change[], now: number, calm: Calm): void => {
      for (const change of changes) applyOne(change, now, calm);
      prune.run(now - keptMs);
    }),
    /** What was put off until work ends that is over now, or ends sooner, is told when it may be. */
    release: db.transaction((now: number, calm: Calm): void => {
      for (const { id, content, dueAt } of selectHeld.all(now)) {
        const due = dueAtOf(JSON.parse(content) as NoticeContent, now, calm);
        if (due < dueAt) setDue.run(due, id);
      }
    }),
    /** The alert as it is then; undefined when there is none that is open. */
    acknowledge: db.transaction((id: number, by: string, now: number): Alert | undefined => {
      if (setAcknowledged.run(now, by, id).changes === 1) withdraw.run({ alert: id, now });
      const alert = find(id);
      return alert && alert.state !== 'resolved' ? toAlert(alert) : undefined;
    }),
    mute: db.transaction((id: number, until: number | null, now: number): Alert | undefined => {
      setMuted.run(until, id);
      if (until !== null) withdraw.run({ alert: id, now });
      const alert = find(id);
      return alert && toAlert(alert);
    }),
    toAlert,
  };
}
