import {
  rightOf,
  routes,
  type Access,
  type Route,
  type RouteAnswer,
  type RouteBody,
  type RouteName,
  type RouteParams,
  type RouteQuery,
} from '@hearth/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { NoteDeed } from './deeds.ts';
import type { SignedIn } from '../accounts/sessions.ts';

/**
 * Whether a request may call; a person where the access is `session`. Throws what refuses it. `name` is null
 * for what is not in the contract's table: the files of the dashboard.
 */
export type Guard = (request: FastifyRequest, access: Access, name: RouteName | null) => SignedIn | null;

/** What a handler of a route gets: parts of the request as the contract types them. */
interface Call<N extends RouteName> {
  body: RouteBody<N>;
  query: RouteQuery<N>;
  params: RouteParams<N>;
  /** Who is signed in, on routes for a session. */
  person: (typeof routes)[N]['access'] extends 'session' ? SignedIn : null;
  request: FastifyRequest;
  reply: FastifyReply;
}
type Handler<N extends RouteName> = (call: Call<N>) => RouteAnswer<N> | Promise<RouteAnswer<N>>;

/** Registers the handler of one route of the contract. */
export type AddRoute = <N extends RouteName>(name: N, handler: Handler<N>) => void;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    route?: RouteName;
    takesFile?: true;
  }
  interface FastifyRequest {
    person: SignedIn | null;
    /** What a handler calls what it changed, where its id says nothing to people. */
    about: string | null;
  }
}

/** Answers that begin before they are known: asking for their head would begin them for nothing. */
const streams = new Set<RouteName>(['events', 'export']);

/** Makes the function that registers contract routes on `app`, and the check that none was left out. */
export function routesOn(
  app: FastifyInstance,
  guard: Guard,
  noteDeed: NoteDeed,
): { addRoute: AddRoute; missing(): RouteName[] } {
  const added = new Set<RouteName>();
  denyByDefault(app, guard);

  function addRoute<N extends RouteName>(name: N, handler: Handler<N>): void {
    const route: Route = routes[name];
    if (route.access === 'session' && !rightOf(name))
      throw new Error(`the route ${name} is not in the table of rights`);
    const [status, answer] = route.answer;
    const check = answerCheck(answer);
    added.add(name);
    const options: RouteOptions = {
      method: route.method,
      url: route.path,
      config: { access: route.access, route: name, ...(route.takesFile && { takesFile: true }) },
      exposeHeadRoute: !streams.has(name),
      schema: {
        ...(route.body && { body: route.body }),
        ...(route.query && { querystring: route.query }),
        ...(route.params && { params: route.params }),
      },
      async handler(request, reply) {
        const { body, query, params, person } = request;
        let given: RouteAnswer<N>;
        try {
          given = await handler({ body, query, params, person, request, reply } as Call<N>);
        } catch (error) {
          noteDeed(request, name, { error });
          throw error;
        }
        noteDeed(request, name, { answer: given });
        if (reply.sent || given === reply) return reply;
        const fault = check(given);
        if (fault) request.log.error({ route: name, ...fault }, 'an answer breaks the contract');
        return reply.code(status).send(given ?? undefined);
      },
    };
    if (route.takesFile) takeFiles(app, options);
    else app.route(options);
  }
  return {
    addRoute,
    missing: () => (Object.keys(routes) as RouteName[]).filter((name) => !added.has(name)),
  };
}

/** A route of its own world: whatever its body says it is, nothing reads it but the handler. */
function takeFiles(app: FastifyInstance, options: RouteOptions): void {
  void app.register(async (files) => {
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', (_, body, done) => done(null, body));
    files.route(options);
  });
}

/** A route that does not say who may call cannot be registered, and every call is checked before its body is read. */
function denyByDefault(app: FastifyInstance, guard: Guard): void {
  app.addHook('onRoute', ({ config, method, url }) => {
    if (!config?.access) throw new Error(`${String(method)} ${url} does not say who may call it`);
  });
  app.decorateRequest('person', null);
  app.decorateRequest('about', null);
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const { access, route = null } = request.routeOptions.config;
    request.person = guard(request, access!, route);
  });
}

/** Both sides of the boundary are held to the contract; a breach of ours is logged rather than kept from people. */
function answerCheck(schema: TSchema | null): (answer: unknown) => { path: string; message: string } | null {
  if (!schema) return () => null;
  const validator = Compile(schema);
  return (answer) => {
    if (validator.Check(answer)) return null;
    const [error] = validator.Errors(answer);
    return { path: error?.instancePath ?? '', message: error?.message ?? 'does not fit' };
  };
}
