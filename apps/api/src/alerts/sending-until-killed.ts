import { pino } from 'pino';
import { join } from 'node:path';
import { openDatabase } from '../database.ts';
import { openChannels } from './channels.ts';
import { openOutbox } from './outbox.ts';

// A process of its own that sends what waits in a data folder, for the test that kills it while it does.

const [, , dataDir = ''] = process.argv;
const db = openDatabase(dataDir);
const channels = openChannels(db, join(dataDir, 'key'), Date.now);
const log = pino({ level: 'silent' });
const outbox = openOutbox({ db, channels, log, now: Date.now, onSent: () => {} });
setInterval(() => outbox.look(), 20);
