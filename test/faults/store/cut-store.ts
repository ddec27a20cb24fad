import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createDisk, models } from '../power/disk.ts';
import { scratchFolder } from '../../../scripts/test/scratch.mjs';
import { createRandom } from '../random.ts';
import { inspect, type Due } from './inspect.ts';
import { isKept, type StoreRecording } from './record-store.ts';

/** What some simulated power cuts under a process that stores readings came to. */
export interface StorePowerReport {
  images: number;
  /** Readings that were promised, over all images, and of them those that the rule had deleted. */
  readings: number;
  pruned: number;
  /** Of what was promised, what is not there or wrong, and the images with any of it. */
  lost: number;
  imagesWithLoss: number;
  unopenable: number;
  syncs: number;
  writtenBytes: number;
  /** The first of what is wrong, in words. */
  examples: string[];
}

/** Memory, where there is a file system of it: nothing of this is to be kept. */
const imageRoot = scratchFolder();

/** Images that are looked at side by side. */
const sideBySide = 2;

interface Image {
  where: string;
  files: Map<string, Buffer>;
  due: readonly Due[];
}

/** Cuts the power at `images` random moments of a recording, and opens what is left on the disk. */
export async function cutStore(
  { now, events: all }: StoreRecording,
  options: { images: number; seed: number },
): Promise<StorePowerReport> {
  const events = all.filter(
    (event) => ['due', 'sync'].includes(event.kind) || ('path' in event && isKept(event.path)),
  );
  const first = events.findIndex(({ kind }) => kind === 'due');
  const random = createRandom(options.seed);
  const cuts = Array.from(
    { length: options.images },
    () => first + 1 + Math.floor(random() * (events.length - first - 1)),
  ).toSorted((a, b) => a - b);
  const report: StorePowerReport = {
    images: options.images,
    readings: 0,
    pruned: 0,
    lost: 0,
    imagesWithLoss: 0,
    unopenable: 0,
    syncs: events.filter(({ kind }) => kind === 'sync').length,
    writtenBytes: events.reduce((sum, event) => sum + (event.kind === 'write' ? event.data.length : 0), 0),
    examples: [],
  };

  function* imagesOf(): Generator<Image> {
    const disk = createDisk();
    let due: readonly Due[] = [];
    let fed = 0;
    for (const [i, cut] of cuts.entries()) {
      for (; fed < cut; fed++) {
        const event = events[fed]!;
        if (event.kind === 'due') due = event.due;
        else disk.feed(event);
      }
      const model = models[i % models.length]!;
      const where = `cut at event ${cut} of ${events.length}, unsynced: ${model}`;
      yield { where, files: disk.image(model, random), due };
    }
  }

  async function look({ where, files, due }: Image): Promise<void> {
    const folder = mkdtempSync(join(imageRoot, 'hearth-image-'));
    try {
      for (const [path, content] of files) writeFileSync(join(folder, basename(path)), content);
      const { wrong, readings, pruned } = await inspect(join(folder, 'readings.db'), due, now);
      report.readings += readings;
      report.pruned += pruned;
      report.lost += wrong.length;
      if (wrong.length > 0) report.imagesWithLoss++;
      report.examples.push(...wrong.slice(0, 2).map((words) => `${where}: ${words}`));
    } catch (error) {
      report.unopenable++;
      report.examples.push(`${where}: ${(error as Error).message}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  const images = imagesOf();
  const lookAtAll = async (): Promise<void> => {
    for (const image of images) await look(image);
  };
  await Promise.all(Array.from({ length: sideBySide }, lookAtAll));
  return report;
}

/** One line for people. */
export function wordsOf(report: StorePowerReport): string {
  const { images, readings, pruned, lost, imagesWithLoss, unopenable, syncs, writtenBytes } = report;
  return (
    `${images} power cuts in ${(writtenBytes / 1e6).toFixed(1)} MB of writes with ${syncs} syncs: of ${readings} ` +
    `readings ${pruned} pruned by rule, ${lost} lost or wrong in ${imagesWithLoss} images, ${unopenable} images unopenable`
  );
}
