import type { ImportFormat, ImportJob, ImportMapping } from '@hearth/contract';
import type { ImportState } from '@hearth/transfer';
import type { Database } from 'better-sqlite3';

/** An import as hearth.db keeps it: with how far it is, so that it goes on after a restart. */
export interface KeptImport extends Pick<
  ImportJob,
  'id' | 'name' | 'mode' | 'state' | 'bytes' | 'problem' | 'createdAt' | 'endedAt'
> {
  format: ImportFormat;
  mapping: ImportMapping;
  progress: ImportState;
  /** Whether its file is still there. */
  hasFile: boolean;
}

interface Row {
  id: string;
  name: string;
  format: ImportFormat;
  mode: KeptImport['mode'];
  state: KeptImport['state'];
  mapping: string;
  progress: string;
  bytes: number;
  has_file: 0 | 1;
  problem: string | null;
  created_at: number;
  ended_at: number | null;
}

/** The imports in hearth.db. What is saved is on disk when it returns. */
export interface ImportTable {
  /** The oldest first. */
  load(): KeptImport[];
  save(kept: KeptImport): void;
  remove(id: string): void;
}

export function openImportTable(db: Database): ImportTable {
  const select = db.prepare<[], Row>('SELECT * FROM import ORDER BY created_at, id');
  const upsert = db.prepare(
    `INSERT INTO import (id, name, format, mode, state, mapping, progress, bytes, has_file, problem, created_at, ended_at)
     VALUES (@id, @name, @format, @mode, @state, @mapping, @progress, @bytes, @hasFile, @problem, @createdAt, @endedAt)
     ON CONFLICT (id) DO UPDATE SET mode = excluded.mode, state = excluded.state, mapping = excluded.mapping,
       progress = excluded.progress, has_file = excluded.has_file, problem = excluded.problem,
       ended_at = excluded.ended_at`,
  );
  const remove = db.prepare<[string]>('DELETE FROM import WHERE id = ?');
  return {
    load: () => select.all().map(toKept),
    save({ mapping, progress, hasFile, ...kept }) {
      upsert.run({
        ...kept,
        mapping: JSON.stringify(mapping),
        progress: JSON.stringify(progress),
        hasFile: Number(hasFile),
      });
    },
    remove: (id) => void remove.run(id),
  };
}

function toKept(row: Row): KeptImport {
  return {
    id: row.id,
    name: row.name,
    format: row.format,
    mode: row.mode,
    state: row.state,
    mapping: JSON.parse(row.mapping) as ImportMapping,
    progress: JSON.parse(row.progress) as ImportState,
    bytes: row.bytes,
    hasFile: row.has_file === 1,
    problem: row.problem,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}
