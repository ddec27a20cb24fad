import { mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { frameHeadLength } from './frames.ts';
import { openJournal } from './journal.ts';

const payloads = ['one', 'two', 'three', 'four'].map((text) => Buffer.from(text));

async function openIn(folder: string) {
  const found: string[] = [];
  const damage: string[] = [];
  const journal = await openJournal(join(folder, 'readings.journal'), {
    from: 1,
    after: 0,
    onFrame: ({ payload }) => void found.push(Buffer.from(payload).toString()),
    onDamage: (what) => void damage.push(what),
  });
  return { journal, found, damage, [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose]() };
}

/** Two commits in each file. */
async function fill(folder: string): Promise<void> {
  await using opened = await openIn(folder);
  for (const [i, payload] of payloads.entries()) {
    if (i === 2) opened.journal.turn();
    await opened.journal.append(payload);
  }
}

const openFolder = () => mkdtempDisposable(join(tmpdir(), 'hearth-journal-'));

test('commits come back in their order from both files, and numbers go on', async () => {
  await using folder = await openFolder();
  await fill(folder.path);
  await using opened = await openIn(folder.path);
  expect(opened).toMatchObject({ found: ['one', 'two', 'three', 'four'], damage: [] });
  expect(await opened.journal.append(Buffer.from('five'))).toBe(5);
});

test('a frame that is on its way while the journal turns ends in the file that it began in', async () => {
  await using folder = await openFolder();
  {
    await using opened = await openIn(folder.path);
    const writing = opened.journal.append(payloads[0]!);
    opened.journal.turn();
    expect(await writing).toBe(1);
    expect(opened.journal.firstFrame).toBe(2);
    await opened.journal.append(payloads[1]!);
  }
  await using opened = await openIn(folder.path);
  expect(opened).toMatchObject({ found: ['one', 'two'], damage: [] });
});

test('bytes that are damaged amid a file cost what stood there and no more, are told, and kept as a copy', async () => {
  await using folder = await openFolder();
  await fill(folder.path);
  const path = join(folder.path, 'readings.journal-0');
  const bytes = await readFile(path);
  bytes[frameHeadLength]! ^= 1;
  await writeFile(path, bytes);
  await using opened = await openIn(folder.path);
  expect(opened.found).toEqual(['two', 'three', 'four']);
  expect(opened.damage).toEqual([
    expect.stringMatching(/^23 bytes amid .*journal-0 are damaged: .* a copy is in /),
  ]);
  expect((await readdir(folder.path)).filter((name) => name.includes('damaged'))).toHaveLength(1);
});

test('commits that are missing at the end of the older file are told', async () => {
  await using folder = await openFolder();
  await fill(folder.path);
  const path = join(folder.path, 'readings.journal-0');
  const bytes = await readFile(path);
  bytes.fill(0, frameHeadLength + 'one'.length);
  await writeFile(path, bytes);
  await using opened = await openIn(folder.path);
  expect(opened.found).toEqual(['one', 'three', 'four']);
  expect(opened.damage).toEqual([
    expect.stringMatching(/^1 commits between the two files of .*readings\.journal are missing: /),
  ]);
});
