import type { ExportFormat, QuantityName } from '@hearth/contract';
import type { RawReadings, Store } from '@hearth/store';
import { startThread } from '../thread.ts';
import type { EncodeAsk } from './encode-worker.ts';
import { readSlices, type Stretch } from './slices.ts';

/** What is exported: `[from, to)` in Unix ms, of all devices and quantities that are not left out by a list. */
export interface ExportOrder {
  format: ExportFormat;
  devices?: readonly string[] | undefined;
  quantities?: readonly QuantityName[] | undefined;
  from: number;
  to: number;
}

/** How far an export is. `share` is of the time to be read, 0 to 1; bytes are those that were handed on. */
export interface ExportProgress {
  share: number;
  readings: number;
  bytes: number;
}

/** The stretches that an order is for, by device and quantity; none when there is no such series. */
export async function stretchesOf(store: Pick<Store, 'extents'>, order: ExportOrder): Promise<Stretch[]> {
  const { devices, quantities, from, to } = order;
  return (await store.extents())
    .filter(
      ({ device, quantity }) =>
        devices?.includes(device) !== false && quantities?.includes(quantity) !== false,
    )
    .map(({ device, quantity, first, last }) => ({
      device,
      quantity,
      from: Math.max(from, first),
      to: Math.min(to, last + 1),
    }))
    .filter((stretch) => stretch.from < stretch.to);
}

/**
 * The bytes of a file of readings, series by series and in order of time. This thread only hands on: the store reads
 * on its own, the encoding has one, and the next slice is read while one is encoded. Nothing is read ahead of what is
 * taken, and ending the iteration ends the export.
 * @throws {StoreReadError}
 */
export async function* exportReadings(
  store: Pick<Store, 'raw'>,
  { format, stretches }: { format: ExportFormat; stretches: readonly Stretch[] },
  onProgress: (progress: ExportProgress) => void = () => undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  await using encoder = startThread<EncodeAsk, Uint8Array<ArrayBuffer>>(
    new URL('./encode-worker.ts', import.meta.url),
    { format },
    (_, message) => new Error(message),
  );
  const progress: ExportProgress = { share: 0, readings: 0, bytes: 0 };
  const handedOn = (bytes: Uint8Array<ArrayBuffer>, share: number): Uint8Array<ArrayBuffer> => {
    progress.share = share;
    progress.bytes += bytes.length;
    onProgress({ ...progress });
    return bytes;
  };

  yield handedOn(await encoder.ask('begin'), 0);
  for await (const { readings, done } of ahead(readSlices(store, stretches))) {
    progress.readings += readings.at.length;
    const bytes = await encoder.ask(readings, buffersOf(readings));
    if (bytes.length > 0) yield handedOn(bytes, done);
    else onProgress({ ...progress, share: done });
  }
  yield handedOn(await encoder.ask('end'), 1);
}

/** The same, one item ahead of who takes them. */
async function* ahead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let coming = source.next();
  for (;;) {
    const { value, done } = await coming;
    if (done) return;
    coming = source.next();
    // Thrown when it is taken, if it ever is.
    coming.catch(() => undefined);
    yield value;
  }
}

/** The memory of both columns, which may be one. */
function buffersOf({ at, value }: RawReadings): ArrayBuffer[] {
  return [...new Set([at.buffer, value.buffer])] as ArrayBuffer[];
}
