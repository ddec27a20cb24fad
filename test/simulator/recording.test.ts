import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { record } from '@hearth/simulator';
import { expect, test } from 'vitest';
import { startMosquitto } from '../bench/broker/subjects.ts';
import { isInstalled, skipReason } from '../interop/programs.ts';
import { flatPlatform, startFlat } from './flat.ts';
import { hearthSim } from './hearth-sim.ts';
import type { Platform } from './platform.ts';

interface Line {
  at: number;
  topic: string;
  text?: string;
  base64?: string;
  qos: number;
  retain: boolean;
}

const { isSkipped, note } = skipReason(
  isInstalled('/usr/sbin/mosquitto') ? null : 'mosquitto is not installed',
);
const never = new AbortController().signal;

const linesOf = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/** Records in this process, ready when it resolves. */
async function tape(url: string, file: string, clientId?: string): Promise<{ end(): Promise<unknown> }> {
  const stopped = new AbortController();
  let done: Promise<number> | undefined;
  await new Promise<void>((resolve, reject) => {
    const options = { file, filter: 'hearth/v1/#', signal: stopped.signal, onReady: resolve };
    done = record({ url, clientId }, options);
    done.catch(reject);
  });
  return {
    end: () => {
      stopped.abort();
      return done!;
    },
  };
}

/** What the platform's own client may read, as an address. */
function addressOf({ dir, credentials }: Platform): string {
  const secret = readFileSync(join(dir, 'broker', 'service-secret'), 'utf8').trim();
  return credentials[0]!.brokerUrl.replace('://', `://hearth-api:${encodeURIComponent(secret)}@`);
}

test.skipIf(isSkipped)(
  `what one broker sent is played to another with its timing, byte for byte${note}`,
  async () => {
    await using platform = await flatPlatform();
    await using mosquitto = await startMosquitto('noDelay');
    const { port, username, password } = mosquitto.place;
    const other = `mqtt://${username}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
    const [first, second] = [join(platform.dir, 'first.jsonl'), join(platform.dir, 'second.jsonl')];

    const recording = await tape(addressOf(platform), first, 'hearth-api-tape');
    await using flat = await startFlat(platform, { speed: 10 });
    flat.faults.start({ devices: 'living-thermostat', fault: 'garbage' });
    await flat.runFor(40_000, never);
    await flat.finish();
    await recording.end();
    const made = linesOf(first);
    expect(made.length).toBeGreaterThan(60);
    expect(made.some(({ base64 }) => base64 !== undefined)).toBe(true);

    const again = await tape(other, second);
    const played = await hearthSim(['replay', first, other, '--speed', '4']);
    expect(played).toMatchObject({ code: 0, stdout: `${made.length} messages played\n` });
    await again.end();
    const heard = linesOf(second);
    const whole = ({ topic, text, base64, qos, retain }: Line) => ({ topic, text, base64, qos, retain });
    expect(heard.map(whole)).toEqual(made.map(whole));
    const spanMs = (lines: readonly Line[]): number => lines.at(-1)!.at - lines[0]!.at;
    expect(spanMs(heard) / spanMs(made)).toBeCloseTo(0.25, 1);
  },
);

test('the command records until its time is over', async () => {
  await using platform = await flatPlatform();
  const file = join(platform.dir, 'tape.jsonl');
  await using flat = await startFlat(platform, { speed: 10 });
  const argv = ['record', addressOf(platform), file, '--for', '2s', '--client-id', 'hearth-api-tape'];
  const done = hearthSim([...argv, '--topic', 'hearth/v1/+/+/reading']);
  await flat.runFor(30_000, never);
  expect((await done).stdout).toBe(`recording\n${linesOf(file).length} messages written to ${file}\n`);
  expect(linesOf(file).length).toBeGreaterThan(5);
});

test('a line that is no message, and a broker that is not there, are told in words', async () => {
  await using platform = await flatPlatform();
  const file = join(platform.dir, 'tape.jsonl');
  writeFileSync(file, '{"at":1,"topic":"a","text":"b","qos":0,"retain":false}\nhello\n');
  const client = ['--client-id', 'hearth-api-tape'];
  const wrong = await hearthSim(['replay', file, addressOf(platform), ...client]);
  expect(wrong).toMatchObject({ code: 1, stderr: `hearth-sim: ${file}:2 is no recorded message: hello\n` });
  const gone = await hearthSim(['record', 'mqtt://127.0.0.1:1', file]);
  expect(gone.code).toBe(1);
  expect(gone.stderr).toMatch(/127\.0\.0\.1:1 does not let us in/);
});
