import { expect, test } from 'vitest';
import { openInbox } from './inbox.ts';

test('what waits is one batch; the flow stops when it is full and goes on at half', async () => {
  const batches: number[][] = [];
  const flow: string[] = [];
  let release = Promise.withResolvers<void>();
  await using inbox = openInbox<number>({
    fullAt: 4,
    async handle(batch) {
      batches.push(batch);
      await release.promise;
    },
    onFull: () => flow.push('full'),
    onRoom: () => flow.push('room'),
  });
  inbox.push(1);
  inbox.push(2);
  await expect.poll(() => batches).toEqual([[1, 2]]);
  for (const item of [3, 4, 5, 6, 7]) inbox.push(item);
  expect(flow).toEqual(['full']);
  const first = release;
  release = Promise.withResolvers<void>();
  first.resolve();
  await expect.poll(() => batches[1]).toEqual([3, 4, 5, 6, 7]);
  expect(flow).toEqual(['full', 'room']);
  inbox.push(8);
  inbox.drop((item) => item === 8);
  release.resolve();
});
