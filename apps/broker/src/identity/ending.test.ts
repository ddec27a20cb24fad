import { createLog } from '@hearth/part';
import { expect, test, vi } from 'vitest';
import { credential, temporaryFolder } from '../testing.ts';
import { openCredentials } from './credentials.ts';
import { createEnding } from './ending.ts';

test('what the disk did not take stays noted, nothing is forgotten twice, and it is settled when the disk does', async () => {
  using folder = temporaryFolder();
  using credentials = openCredentials(folder.path);
  let isDiskFull = true;
  const forgotten: string[] = [];
  const cut: string[] = [];
  const write = () => (isDiskFull ? Promise.reject(new Error('disk full')) : Promise.resolve());
  vi.useFakeTimers();
  using ending = createEnding({
    credentials,
    connections: { cut: (ids) => cut.push(...ids) },
    sessions: {
      forget(isEnded) {
        forgotten.push(...['lamp', 'hall', 'lamp/x'].filter(isEnded));
        return write();
      },
      forgetRetained: write,
    },
    log: createLog('broker', 'silent'),
  });
  credentials.change({ add: [credential('lamp')] });
  credentials.change({ revoke: ['lamp'] });
  await ending.endAll();
  expect([cut, forgotten]).toEqual([['lamp'], ['lamp', 'lamp/x']]);
  // A new one under the same id is not cut for what the former has left.
  credentials.change({ add: [credential('lamp')] });
  await ending.endAll();
  await vi.advanceTimersByTimeAsync(1000);
  expect([cut, forgotten]).toEqual([['lamp'], ['lamp', 'lamp/x']]);
  expect(credentials.unsettled()).toHaveLength(1);
  isDiskFull = false;
  await vi.advanceTimersByTimeAsync(1000);
  vi.useRealTimers();
  expect(credentials.unsettled()).toEqual([]);
});
