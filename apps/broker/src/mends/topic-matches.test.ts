import { Aedes } from 'aedes';
import { expect, test, vi } from 'vitest';
import { rememberMatches } from './topic-matches.ts';

test('who subscribes to a topic that was heard before hears it, and who leaves does not', async () => {
  const aedes = new Aedes();
  rememberMatches(aedes);
  await aedes.listen();
  const heard: string[] = [];
  const hear = (name: string) => (_packet: unknown, done: () => void) => {
    heard.push(name);
    done();
  };
  const say = async (): Promise<string[]> => {
    heard.length = 0;
    const packet = { cmd: 'publish', topic: 'a/b', payload: 'x', qos: 0, retain: false, dup: false } as const;
    await new Promise<void>((resolve) => aedes.publish(packet, () => resolve()));
    return heard.toSorted();
  };
  const [first, second] = [hear('first'), hear('second')];
  try {
    expect(await say()).toEqual([]);
    aedes.subscribe('a/+', first, () => {});
    await vi.waitFor(async () => expect(await say()).toEqual(['first']));
    aedes.subscribe('a/b', second, () => {});
    await vi.waitFor(async () => expect(await say()).toEqual(['first', 'second']));
    aedes.unsubscribe('a/+', first, () => {});
    await vi.waitFor(async () => expect(await say()).toEqual(['second']));
  } finally {
    await new Promise<void>((resolve) => aedes.close(resolve));
  }
});
