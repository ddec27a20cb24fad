// A process for tests to kill: appends to the store at argv[2] (a path or URL) as boot argv[3] with several calls
// waiting at once, and writes the last seq of each batch to standard output as soon as it is acknowledged.
import { openStore, type Arrival } from './store.ts';

const [, , place = '', boot] = process.argv;
const store = await openStore(place.startsWith('postgres:') ? { url: place } : { path: place });
const base = 1_795_363_200_000 + Number(boot) * 86_400_000;
let seq = 0;

async function appendForEver(): Promise<void> {
  for (;;) {
    const batch = Array.from({ length: 10 }, (): Arrival => {
      const at = base + ++seq * 1000;
      const values = { temperature: 20 + (seq % 10) / 10, heating: seq % 2 === 0 };
      return { device: 'hall', key: { boot: Number(boot), seq }, at, receivedAt: at, isLate: false, values };
    });
    await store.append(batch);
    process.stdout.write(`${batch.at(-1)!.key!.seq}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, appendForEver));
