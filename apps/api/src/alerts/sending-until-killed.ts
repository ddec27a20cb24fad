import { pino } from 'pino';
import { join } from 'node:path';
import { openDatabase } from '../database.ts';
import { openChannels } from './channels.ts';
import { openOutbox } from './outbox.ts';
import { openPushKeys } from './push.ts';
import { openSender } from './senders.ts';

// A process of its own that sends what waits in a data folder, for the test that kills it while it does.

const [, , dataDir = ''] = process.argv;
const db = openDatabase(dataDir);
const keyFile = join(dataDir, 'key');
const channels = openChannels(db, keyFile, Date.now);
const send = openSender({ pushKeys: openPushKeys(db, keyFile), tellHomeAssistant: null });
const log = pino({ level: 'silent' });
const outbox = openOutbox({ db, channels, send, log, now: Date.now, onSent: () => {} });
setInterval(() => outbox.look(), 20);
