import { readFileSync } from 'node:fs';
import { createLog } from '@hearth/part';
import { demoHome, startHome } from '@hearth/simulator';

// One device of the demo home, as a program for the kit.
const { DEVICE = '', SECRET = '', HOME_ID = '', BROKER, PORT, CA_FILE, STATE_DIR = '' } = process.env;

const home = startHome({
  house: demoHome,
  credentials: [
    {
      id: DEVICE,
      home: HOME_ID,
      secret: SECRET,
      brokerUrl: `${CA_FILE ? 'mqtts' : 'mqtt'}://${BROKER}:${PORT}`,
    },
  ],
  ...(CA_FILE && { ca: readFileSync(CA_FILE, 'utf8') }),
  seed: 1,
  periodMs: 1000,
  keepaliveS: 1,
  historyDays: 0,
  dir: STATE_DIR,
  log: createLog('demo-device', 'silent'),
});
process.once('SIGTERM', () => void home[Symbol.asyncDispose]().then(() => process.exit()));
