import { dirname, join } from 'node:path';
import { openStore, verifyReadings, type LatestReading, type RawReadings, type Store } from '@hearth/store';
import { createBooks, type Books } from './books.ts';
import { mayBePruned, type Operation } from './plan.ts';

/** A state that a store may be in: all that was promised, and of what was under way any first part. */
export interface Due {
  promised: readonly Operation[];
  underWay: readonly Operation[];
}

/** What a store was found to be. */
export interface Inspection {
  /** What is wrong, in words; empty where every reading, number and newest reading is as one state of those due says. */
  wrong: string[];
  /** Readings promised, and of them those that the rule deleted. */
  readings: number;
  pruned: number;
  /** All that was done to it. */
  operations: readonly Operation[];
}

interface Found {
  raw: RawReadings[];
  latest: LatestReading[];
  spans: string[];
}

/**
 * Opens the readings at `path` and compares them with what is due, as they are and once more when all is sealed, and
 * verifies what is sealed, and the newest copy that was promised. Throws where they cannot be opened.
 */
export async function inspect(path: string, due: readonly Due[], now: number): Promise<Inspection> {
  const notices: string[] = [];
  const log = { info: (_: object, words: string) => void notices.push(words), error: () => {} };
  let inspection: Inspection;
  {
    await using store = await openStore({ path, log });
    inspection = closest(await findAll(store, due, now), due, now);
    await store.seal();
    const { operations } = inspection;
    const sealed = closest(await findAll(store, due, now), [{ promised: operations, underWay: [] }], now);
    inspection.wrong.push(...sealed.wrong.map((words) => `sealed: ${words}`));
  }
  inspection.wrong.push(...findingsIn(path));
  const copies = due[0]!.promised.filter((operation) => operation.kind === 'copy').slice(-1);
  for (const { name } of copies)
    inspection.wrong.push(...findingsIn(join(dirname(path), name)).map((words) => `${name}: ${words}`));
  inspection.wrong.push(...notices.filter((words) => /damaged|missing/.test(words)));
  return inspection;
}

function findingsIn(path: string): string[] {
  return verifyReadings(path).findings.map(({ what, device, detail }) => `${what} of ${device}: ${detail}`);
}

async function findAll(store: Store, due: readonly Due[], now: number): Promise<Found> {
  const latest = await store.latest();
  const names = new Set(latest.map(({ device, quantity }) => `${device} ${quantity}`));
  const books = createBooks(now);
  for (const { promised } of due) for (const operation of promised) books.note(operation);
  for (const name of books.readings.keys()) names.add(name);
  const raw = await Promise.all(
    [...names].map((name) => {
      const [device, quantity] = name.split(' ') as [string, LatestReading['quantity']];
      return store.raw({ device, quantity, from: 0, to: Number.MAX_SAFE_INTEGER });
    }),
  );
  return { raw, latest, spans: (await store.spans()).map(wordsOf) };
}

/** What is found, as the state of those due says it that differs least. */
function closest(found: Found, due: readonly Due[], now: number): Inspection {
  let best: Inspection | null = null;
  for (const { promised, underWay } of due) {
    const books = createBooks(now);
    const isPruning = [...promised, ...underWay].some(({ kind }) => kind === 'retain');
    for (const operation of promised) books.note(operation);
    for (let done = 0; done <= underWay.length; done++) {
      if (done > 0) books.note(underWay[done - 1]!);
      const { wrong, pruned, readings } = compare(found, books, isPruning ? now : -Infinity);
      if (best === null || wrong.length < best.wrong.length)
        best = { wrong, readings, pruned, operations: [...promised, ...underWay.slice(0, done)] };
      if (wrong.length === 0) return best;
    }
  }
  return best!;
}

/** @param now the rule is followed until then; −Infinity where there is none */
function compare({ raw, latest, spans }: Found, books: Books, now: number) {
  const wrong: string[] = [];
  let readings = 0;
  let pruned = 0;
  for (const { device, quantity, at, value } of raw) {
    const name = `${device} ${quantity}`;
    const expected = books.readings.get(name) ?? new Map<number, number | null>();
    readings += expected.size;
    const there = new Map<number, number | null>();
    for (const [i, instant] of at.entries()) {
      if (there.has(instant)) wrong.push(`${name} at ${instant} is there twice`);
      there.set(instant, Number.isNaN(value[i]) ? null : value[i]!);
    }
    for (const [instant, promised] of expected) {
      const kept = there.get(instant);
      there.delete(instant);
      if (kept === promised) continue;
      if (kept === undefined && mayBePruned(device, instant, now)) pruned++;
      else wrong.push(`${name} at ${instant} is ${kept ?? String(kept)}, not ${promised}`);
    }
    for (const [instant, kept] of there) wrong.push(`${name} at ${instant} is ${kept}, and never was`);
  }
  const newest = new Map(latest.map(({ device, quantity, ...one }) => [`${device} ${quantity}`, one]));
  for (const name of new Set([...newest.keys(), ...books.latest.keys()])) {
    const [is, was] = [newest.get(name), books.latest.get(name)];
    if (is?.at !== was?.at || is?.value !== was?.value)
      wrong.push(`the newest of ${name} is ${is?.value} at ${is?.at}, not ${was?.value} at ${was?.at}`);
  }
  const expected = new Set(books.spans().map(wordsOf));
  for (const span of spans) if (!expected.delete(span)) wrong.push(`there are numbers ${span}`);
  for (const span of expected) wrong.push(`there are no numbers ${span}`);
  return { wrong, readings, pruned };
}

const wordsOf = ({ device, boot, first, last }: ReturnType<Books['spans']>[number]): string =>
  `${first} to ${last} of boot ${boot} of ${device}`;
