import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** Files that are imported: uploaded, followed, started with a mapping, cancelled. */
export function addImportRoutes(addRoute: AddRoute, { imports }: Pick<Parts, 'imports'>): void {
  addRoute('imports', () => imports.list());
  addRoute('import', ({ params: { id } }) => imports.get(id) ?? noSuchImport(id));

  addRoute('addImport', ({ query, request, reply }) => {
    // What is refused is not read to its end, which may be gigabytes away.
    if (!request.raw.complete) reply.header('connection', 'close');
    return imports.add(query, request.raw);
  });

  addRoute(
    'startImport',
    ({ params: { id }, body: { mapping = {} } }) => imports.start(id, mapping) ?? noSuchImport(id),
  );

  addRoute('endImport', async ({ params: { id } }) => {
    if (!(await imports.end(id))) noSuchImport(id);
    return null;
  });
}

function noSuchImport(id: string): never {
  throw new RequestError('not-found', `There is no import "${id}".`);
}
