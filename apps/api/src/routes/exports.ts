import { sees } from '../accounts/sight.ts';
import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** A download that nobody takes a byte of for so long is given up. */
const stallMs = 120_000;

/** Readings as a file, streamed as fast as they are taken. */
export function addExportRoutes(
  addRoute: AddRoute,
  { exports, whereabouts }: Pick<Parts, 'exports' | 'whereabouts'>,
): void {
  addRoute('export', async ({ query, person, reply }) => {
    const isSeen = (device: string): boolean => sees(person, whereabouts.ofDevice(device) ?? null);
    const { stream, mediaType, name } = await exports.begin(query, isSeen);
    // Without a listener Node ends the connection, and with it the export.
    reply.raw.setTimeout(stallMs);
    return reply
      .type(mediaType)
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('x-accel-buffering', 'no')
      .send(stream);
  });

  addRoute('exports', () => exports.list());

  addRoute('cancelExport', ({ params: { id } }) => {
    if (!exports.cancel(id)) throw new RequestError('not-found', `There is no export "${id}" that runs.`);
    return null;
  });
}
