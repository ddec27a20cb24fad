import { open } from 'node:fs/promises';
import { devNull } from 'node:os';
// oxlint-disable-next-line import/no-unassigned-import -- loaded for what it does
import '../unsynced.ts';

// Loaded in front of a process that stores readings, in each of its threads: the journal of readings believes that it
// synced, as SQLite does by what is loaded with it.

const handle = await open(devNull);
const prototype = Object.getPrototypeOf(handle) as { datasync: () => Promise<void> };
await handle.close();
prototype.datasync = () => Promise.resolve();
