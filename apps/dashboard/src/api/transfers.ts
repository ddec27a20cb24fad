import type { ExportJob, ExportQuery, ImportJob, ImportQuery } from '@hearth/contract';
import { addressOf, call } from './client.ts';
import { failureOf, RequestFailure, unreachable } from './problem.ts';

/** Looked for as often until a download shows in the list of those that run. */
const looksMax = 12;
const lookMs = 250;

/** Over plain HTTP there is no `crypto.randomUUID`. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

const exportAddress = (query: ExportQuery): string => addressOf('/api/export', { query: { ...query } });

/**
 * Has the browser download readings, straight to a file however many they are; gives the export to follow.
 * @throws RequestFailure with the reason, where no download began.
 */
export async function download(query: ExportQuery): Promise<{ id: string; exports: ExportJob[] }> {
  const id = newId();
  const link = document.createElement('a');
  link.href = exportAddress({ ...query, id });
  link.download = '';
  link.click();
  for (let look = 0; look < looksMax; look++) {
    await new Promise((done) => setTimeout(done, lookMs));
    const exports = await call('exports', {});
    if (exports.some((job) => job.id === id)) return { id, exports };
  }
  throw await reasonOf(query);
}

/** The browser keeps to itself why a download failed: asked once more, the api says it. */
async function reasonOf(query: ExportQuery): Promise<RequestFailure> {
  const stop = new AbortController();
  const response = await fetch(exportAddress(query), { signal: stop.signal }).catch(unreachable);
  if (response instanceof RequestFailure) return response;
  if (!response.ok) return failureOf(response);
  stop.abort();
  return new RequestFailure('internal', 'The download did not begin. Try again, or in another browser');
}

/** Sends a file to be imported. By XMLHttpRequest, which tells how far it is; fetch does not. */
export function upload(
  file: File,
  query: ImportQuery,
  { signal, onShare }: { signal: AbortSignal; onShare: (share: number) => void },
): Promise<ImportJob> {
  const request = new XMLHttpRequest();
  request.open('POST', addressOf('/api/imports', { query: { ...query } }));
  request.setRequestHeader('content-type', 'application/octet-stream');
  request.upload.addEventListener('progress', ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0));
  signal.addEventListener('abort', () => request.abort(), { once: true });
  return new Promise((resolve, reject) => {
    request.addEventListener('load', () => {
      const { status, responseText } = request;
      if (status === 201) resolve(JSON.parse(responseText) as ImportJob);
      else void failureOf(new Response(responseText, { status })).then(reject);
    });
    request.addEventListener('error', () => reject(unreachable(new Error('The upload broke off'))));
    request.addEventListener('abort', () => reject(signal.reason as Error));
    request.send(file);
  });
}
