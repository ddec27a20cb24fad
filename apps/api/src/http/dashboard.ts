import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { RequestError } from './problems.ts';

/** Addresses that the dashboard's own router shows. */
const clientRoute =
  /^\/(setup|sign-in|rooms(\/.*)?|devices(\/.*)?|check|alerts|system|account|people|invitation|status\/[^/]+)?$/;
/** The build names files in here by their content. */
const assets = '/assets/';

/** The API references as `pnpm docs` generates them. */
const references = resolve(import.meta.dirname, '../../../../docs/reference');
const referenceNames = new Set(['openapi.json', 'asyncapi.json']);

const notBuilt = `<!doctype html><meta charset="utf-8"><title>Hearth</title>
<p>The dashboard is not built yet: run <code>npm start</code>, or <code>pnpm --filter @hearth/dashboard build</code>.</p>
`;

/** Serves the built dashboard from `folder`, and the API references under /docs. */
export async function serveDashboard(app: FastifyInstance, folder: string): Promise<void> {
  const root = resolve(folder);
  await app.register(fastifyStatic, {
    serve: false,
    dotfiles: 'ignore',
    index: false,
    cacheControl: false,
    preCompressed: true,
  });
  const page = (reply: FastifyReply): FastifyReply => {
    reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8');
    if (!existsSync(resolve(root, 'index.html'))) return reply.code(503).send(notBuilt);
    return reply.sendFile('index.html', root);
  };

  app.get('/docs/:file', { config: { access: 'public' } }, (request, reply) => {
    const { file } = request.params as { file: string };
    if (!referenceNames.has(file))
      throw new RequestError('not-found', 'There is openapi.json and asyncapi.json.');
    return reply.header('cache-control', 'no-cache').sendFile(file, references);
  });
  app.get('/*', { config: { access: 'public' } }, (request, reply) => {
    const path = request.url.split('?')[0]!;
    if (clientRoute.test(path)) return page(reply);
    if (path.startsWith('/api/')) throw new RequestError('not-found', 'The api has no such address.');
    const isHashed = path.startsWith(assets);
    const wantsPage = request.headers.accept?.includes('text/html') === true && !path.includes('.');
    if (wantsPage) return page(reply.code(404)); // the dashboard says so in its own words
    reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    return reply.sendFile((request.params as { '*': string })['*'], root);
  });
}
