import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Place } from '../broker/link.ts';
import { startMosquitto, type Subject } from '../broker/subjects.ts';
import type { Figure } from '../figure.ts';
import { startFronted, type Fronted } from './fronted.ts';
import { migrateCopy } from './journal-migration.ts';
import { figuresOf, variants, type Found, type Run } from './variants.ts';

/**
 * Bytes on disk for a message of 120 bytes that waits, by the growth of the broker's file; and what our journal would
 * take with columns of its own for the properties.
 */
export async function measureQueues(run: Run, messages: number): Promise<Figure[]> {
  const found: Found = new Map();
  let migrated = { tookMs: 0, plainBytes: 0, fullBytes: 0 };
  for (const { name, at, dialect } of variants) {
    const fill = (place: Place): Promise<unknown> => run({ kind: 'queue', place, dialect, messages });
    if (at === 'mosquitto') found.set(name, [(await mosquittoBytes(fill)) / messages]);
    else {
      const { bytes, columns } = await journalBytes((fronted) => fill(fronted[at]));
      found.set(name, [bytes / messages]);
      if (at === 'direct') migrated = columns;
    }
  }
  const perMessage = (migrated.fullBytes - migrated.plainBytes) / messages;
  return [
    ...figuresOf('queuedMessage', 'B', found),
    { figure: `mqtt5.journal.migration.of${messages}`, value: migrated.tookMs, unit: 'ms' },
    { figure: 'mqtt5.journal.properties.asColumns', value: perMessage, unit: 'B more' },
  ];
}

interface JournalSizes {
  bytes: number;
  columns: ReturnType<typeof migrateCopy>;
}

async function journalBytes(fill: (fronted: Fronted) => Promise<unknown>): Promise<JournalSizes> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-mqtt5-'));
  const path = join(folder, 'broker', 'sessions.db');
  // Ended in order: the journal is one file then.
  const sizeAfter = async (use: (fronted: Fronted) => Promise<unknown>): Promise<number> => {
    {
      await using fronted = await startFronted(folder);
      await use(fronted);
    }
    return statSync(path).size;
  };
  try {
    const empty = await sizeAfter(async () => {});
    const bytes = (await sizeAfter(fill)) - empty;
    return { bytes, columns: migrateCopy(path) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function mosquittoBytes(fill: (place: Place) => Promise<unknown>): Promise<number> {
  await using mosquitto = await startMosquitto('noDelay');
  const before = await writtenBytes(mosquitto);
  await fill(mosquitto.place);
  return (await writtenBytes(mosquitto)) - before;
}

/** Mosquitto writes its database when it is told to by SIGUSR1. */
async function writtenBytes({ pid }: Subject): Promise<number> {
  const [, , configuration = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const path = join(dirname(configuration), 'mosquitto.db');
  rmSync(path, { force: true });
  process.kill(pid, 'SIGUSR1');
  for (let size = -1; ; await pause(200)) {
    const now = statSync(path, { throwIfNoEntry: false })?.size ?? -1;
    if (now >= 0 && now === size) return now;
    size = now;
  }
}
