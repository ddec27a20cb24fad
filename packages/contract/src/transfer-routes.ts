import { Type } from 'typebox';
import { RequestId } from './ids.ts';
import type { Route } from './route.ts';
import { closed } from './shorthand.ts';
import { ExportJob, ExportQuery, ImportJob, ImportQuery, StartImport } from './transfer.ts';

const job = Type.Object({ id: RequestId }, closed);

/** Routes that let readings out and in. */
export const transferRoutes = {
  export: {
    method: 'GET',
    path: '/api/export',
    access: 'session',
    summary: 'Readings as a file, streamed; `id` is chosen by the asker, to follow and to cancel it by',
    query: ExportQuery,
    answer: [200, null],
    problems: ['not-found', 'already-there', 'too-many'],
  },
  exports: {
    method: 'GET',
    path: '/api/exports',
    access: 'session',
    summary: 'The exports that run, and those that ended a short while ago',
    answer: [200, Type.Array(ExportJob)],
  },
  cancelExport: {
    method: 'DELETE',
    path: '/api/exports/:id',
    access: 'session',
    summary: 'Cancel an export: its download breaks off',
    params: job,
    answer: [204, null],
    problems: ['not-found'],
  },
  imports: {
    method: 'GET',
    path: '/api/imports',
    access: 'session',
    summary: 'The imports, newest first, with their progress and reports',
    answer: [200, Type.Array(ImportJob)],
  },
  import: {
    method: 'GET',
    path: '/api/imports/:id',
    access: 'session',
    summary: 'One import, with its progress and report',
    params: job,
    answer: [200, ImportJob],
    problems: ['not-found'],
  },
  addImport: {
    method: 'POST',
    path: '/api/imports',
    access: 'session',
    summary: 'Upload a file to be imported: the body is the file as it is',
    query: ImportQuery,
    takesFile: true,
    answer: [201, ImportJob],
    problems: ['too-large', 'no-room', 'too-many'],
  },
  startImport: {
    method: 'POST',
    path: '/api/imports/:id/start',
    access: 'session',
    summary: 'Store what an import only tried, with a mapping of its sources',
    params: job,
    body: StartImport,
    answer: [202, ImportJob],
    problems: ['not-found', 'cannot-start'],
  },
  endImport: {
    method: 'DELETE',
    path: '/api/imports/:id',
    access: 'session',
    summary: 'Cancel an import, or take one that ended off the list; what was stored stays',
    params: job,
    answer: [204, null],
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;
