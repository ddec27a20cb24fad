import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openStore, type Arrival, type StorePlace } from './store.ts';
import { onEachBackEnd } from './test-back-ends.ts';

const base = 1_795_363_200_000;

/** Appends in another process, kills it after some acknowledgements, and gives the acknowledged seqs. */
async function appendUntilKilled(
  place: StorePlace,
  boot: number,
  acknowledgements: number,
): Promise<number[]> {
  const script = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [script, 'url' in place ? place.url : place.path, String(boot)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    output += text;
    if (output.split('\n').length > acknowledgements) child.kill('SIGKILL');
  }
  expect(await exit).toEqual([null, 'SIGKILL']);
  const lasts = output.split('\n').slice(0, -1).map(Number);
  return lasts.flatMap((last) => Array.from({ length: 10 }, (_, i) => last - i));
}

onEachBackEnd(({ makePlace }) => {
  test('what was acknowledged before kill -9 is there once, and the rollups are exact', async () => {
    await using made = await makePlace();
    for (const boot of [1, 2, 3]) {
      const acknowledged = await appendUntilKilled(made.place, boot, 60 * boot);
      await using store = await openStore(made.place);
      const bootAt = base + boot * 86_400_000;
      const from = bootAt;
      const to = bootAt + 86_400_000;
      const before = await store.raw({ device: 'hall', quantity: 'temperature', from, to });
      const seqs = new Set(Array.from(before.at, (at) => (at - bootAt) / 1000));
      expect(acknowledged.filter((seq) => !seqs.has(seq))).toEqual([]);
      const again = acknowledged.map((seq): Arrival => {
        const at = bootAt + seq * 1000;
        const values = { temperature: 1 };
        return { device: 'hall', key: { boot, seq }, at, receivedAt: at, isLate: true, values };
      });
      expect(new Set(await store.append(again))).toEqual(new Set(['duplicate']));
      expect(await store.raw({ device: 'hall', quantity: 'temperature', from, to })).toEqual(before);
    }
    await using store = await openStore(made.place);
    await store.seal();
    expect((await made.verify()).readings).toBeGreaterThan(0);
  }, 60_000);
});
