import { readLeft } from '@hearth/broker';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { scratchFolder } from '../../../scripts/test/scratch.mjs';
import { createRandom } from '../random.ts';
import { createDisk, models } from './disk.ts';
import { find } from './promises.ts';
import type { Recording } from './record.ts';

/** What some simulated power cuts came to. */
export interface PowerReport {
  images: number;
  /** Promises that the broker had made by then, over all images. */
  promises: number;
  /** Of them, those that were not kept. */
  lost: number;
  /** Images with any of those. */
  imagesWithLoss: number;
  /** Images that a broker could not start with. */
  unopenable: number;
  /** QoS 2 messages that are queued twice. */
  twice: number;
  syncs: number;
  writtenBytes: number;
  /** The first of what is wrong, in words. */
  examples: string[];
}

/** Memory, where there is a file system of it: nothing of this is to be kept. */
const imageRoot = scratchFolder();

/**
 * Cuts the power at `images` random moments of a recording, and lets the recovery of a broker read what is left on the
 * disk: all that its answers had promised by then has to be there.
 */
export function cutPower(recording: Recording, options: { images: number; seed: number }): PowerReport {
  const { dataDir, promises } = recording;
  const events = recording.events.filter(
    (event) => event.kind === 'say' || event.path === join(dataDir, 'broker') || isJournal(event.path),
  );
  const random = createRandom(options.seed);
  const first = events.findIndex((event) => event.kind === 'sync');
  const cuts = Array.from(
    { length: options.images },
    () => first + 1 + Math.floor(random() * (events.length - first - 1)),
  ).toSorted((a, b) => a - b);
  const promised = promises.read(events);
  const disk = createDisk();
  const folder = mkdtempSync(join(imageRoot, 'hearth-image-'));
  const report: PowerReport = {
    images: options.images,
    promises: 0,
    lost: 0,
    imagesWithLoss: 0,
    unopenable: 0,
    twice: 0,
    syncs: events.filter(({ kind }) => kind === 'sync').length,
    writtenBytes: events.reduce((sum, event) => sum + (event.kind === 'write' ? event.data.length : 0), 0),
    examples: [],
  };
  let fed = 0;
  try {
    for (const [i, cut] of cuts.entries()) {
      while (fed < cut) disk.feed(events[fed++]!);
      const model = models[i % models.length]!;
      for (const name of ['sessions.db', 'sessions.db-wal', 'sessions.db-journal'])
        rmSync(join(folder, name), { force: true });
      for (const [path, content] of disk.image(model, random))
        writeFileSync(join(folder, basename(path)), content);
      // The last event of the cut has begun and nothing of it is certain: what it says is not heard yet.
      const due = promised.filter(({ at }) => at < cut);
      report.promises += due.length;
      judge(due, `cut at event ${cut} of ${events.length}, unsynced: ${model}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return report;

  function judge(due: typeof promised, where: string): void {
    const note = (words: string): void => {
      if (report.examples.length < 10) report.examples.push(`${where}: ${words}`);
    };
    let found: ReturnType<typeof find>;
    try {
      found = find(readLeft(join(folder, 'sessions.db')));
    } catch (error) {
      report.unopenable++;
      note((error as Error).message);
      return;
    }
    const missing = due.map((each) => each.promised(found)).filter((words) => words !== null);
    report.lost += missing.length;
    if (missing.length > 0) {
      report.imagesWithLoss++;
      note(missing[0]!);
    }
    // QoS 1 may be sent again by its publisher, and is kept again then.
    const twice = found.twice.filter((key) => / q2w\d+ /.test(key));
    report.twice += twice.length;
    if (twice.length > 0) note(`twice: ${twice[0]!}`);
  }
}

const isJournal = (path: string): boolean => basename(path).startsWith('sessions.db');

/** One line for people. */
export function wordsOf(report: PowerReport): string {
  const { images, promises, lost, imagesWithLoss, unopenable, twice, syncs, writtenBytes } = report;
  return (
    `${images} power cuts in ${(writtenBytes / 1e6).toFixed(1)} MB of writes with ${syncs} syncs: ` +
    `of ${promises} promises ${lost} lost in ${imagesWithLoss} images, ${twice} twice, ${unopenable} images unopenable`
  );
}
