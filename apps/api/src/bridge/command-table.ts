import type { Command } from '@hearth/contract';
import type { Database } from 'better-sqlite3';

interface CommandRow {
  id: string;
  device: string;
  setpoint: number;
  state: Command['state'];
  requested_at: number;
  requested_by: string;
  settled_at: number | null;
  refusal: string | null;
}

/** Settled commands kept per device. */
const keptPerDevice = 100;

/** The commands in hearth.db. */
export function openCommandTable(db: Database) {
  const upsert = db.prepare(
    `INSERT INTO command (id, device, setpoint, state, requested_at, requested_by, settled_at, refusal)
     VALUES (@id, @deviceId, @setpoint, @state, @requestedAt, @requestedBy, @settledAt, @refusal)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, settled_at = excluded.settled_at,
       refusal = excluded.refusal`,
  );
  const prune = db.prepare(
    `DELETE FROM command WHERE device = @deviceId AND requested_at < (
       SELECT requested_at FROM command WHERE device = @deviceId
       ORDER BY requested_at DESC LIMIT 1 OFFSET ${keptPerDevice})`,
  );
  const endLeftovers = db.prepare<[number], CommandRow>(
    `UPDATE command SET state = 'unconfirmed', settled_at = ? WHERE state IN ('sending', 'waiting', 'accepted') RETURNING *`,
  );
  return {
    save(command: Command): void {
      const { id, deviceId, setpoint, state, requestedAt, requestedBy, settledAt, refusal } = command;
      db.transaction(() => {
        upsert.run({
          id,
          deviceId,
          setpoint,
          state,
          requestedAt,
          requestedBy,
          settledAt,
          refusal: refusal ? JSON.stringify(refusal) : null,
        });
        prune.run({ deviceId });
      })();
    },
    /** After a restart nobody knows what became of those that were on their way. */
    endLeftovers: (now: number): Command[] => endLeftovers.all(now).map(toCommand),
  };
}
export type CommandTable = ReturnType<typeof openCommandTable>;

function toCommand(row: CommandRow): Command {
  return {
    id: row.id,
    deviceId: row.device,
    setpoint: row.setpoint,
    state: row.state,
    requestedAt: row.requested_at,
    requestedBy: row.requested_by,
    settledAt: row.settled_at,
    ...(row.refusal === null ? {} : { refusal: JSON.parse(row.refusal) as NonNullable<Command['refusal']> }),
  };
}
