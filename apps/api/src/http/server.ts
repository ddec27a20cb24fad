import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Log } from '@hearth/part';
import fastifyCookie from '@fastify/cookie';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { serveDashboard } from './dashboard.ts';
import type { NoteDeed } from './deeds.ts';
import { holdToTime, type BodyLimits } from './deadlines.ts';
import { refuseConnection, RequestError, sendProblem } from './problems.ts';
import { routesOn, type AddRoute, type Guard } from './route.ts';
import { secure, securityHeaders } from './security.ts';
import { compileValidator } from './validation.ts';

/** How long clients may take and how much they may send; tests shorten them. */
export interface HttpLimits extends BodyLimits {
  headersTimeoutMs: number;
  keepAliveTimeoutMs: number;
  /** How often the above are looked at. */
  checkPeriodMs: number;
  bodyMaxBytes: number;
  connectionsMax: number;
}

/** A dribbled request is cut within 16 s; 500 connections are 80 screens with six tabs. */
export const httpLimits: HttpLimits = {
  requestTimeoutMs: 10_000,
  fileStallMs: 30_000,
  headersTimeoutMs: 5000,
  keepAliveTimeoutMs: 5000,
  checkPeriodMs: 1000,
  bodyMaxBytes: 65_536,
  connectionsMax: 500,
};

/** The running HTTP server. */
export interface HttpServer extends AsyncDisposable {
  readonly port: number;
}

/** Listens for people and programs. `addRoutes` registers the contract's routes, all of them. */
export async function startHttp(parts: {
  host: string;
  port: number;
  /** Whose X-Forwarded headers are believed. */
  proxies: readonly string[];
  dashboardDir: string;
  log: Log;
  limits?: HttpLimits | undefined;
  guard: Guard;
  noteDeed: NoteDeed;
  addRoutes: (addRoute: AddRoute) => void;
  /** Told of each answer; `route` is its path in the table, empty for what has none. */
  onResponse: (response: { method: string; route: string; status: number }) => void;
  /** Called before the server waits for its connections to end. */
  beforeClose: () => void;
}): Promise<HttpServer> {
  const {
    host,
    port,
    proxies,
    dashboardDir,
    log,
    limits = httpLimits,
    guard,
    noteDeed,
    addRoutes,
    beforeClose,
    onResponse,
  } = parts;
  const app = createApp(log, limits, proxies);
  holdToTime(app, limits);
  app.addHook('onRequest', async (request, reply) => secure(request, reply));
  app.addHook('onResponse', async ({ method, routeOptions, is404 }, { statusCode: status }) =>
    onResponse({ method, route: is404 ? '' : (routeOptions.url ?? ''), status }),
  );
  app.addHook('preClose', async () => beforeClose());
  await app.register(fastifyCookie);
  const table = routesOn(app, guard, noteDeed);
  addRoutes(table.addRoute);
  const missing = table.missing();
  if (missing.length > 0) throw new Error(`routes of the contract without a handler: ${missing.join(', ')}`);
  await serveDashboard(app, dashboardDir);
  await app.listen({ host, port });
  return {
    port: (app.server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => app.close(),
  };
}

function createApp(log: Log, limits: HttpLimits, proxies: readonly string[]): FastifyInstance {
  const logger: FastifyBaseLogger = log;
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    // Anybody else could take any address, and so escape the delays on wrong passwords.
    trustProxy: proxies.length > 0 ? [...proxies] : false,
    // Of bodies: see deadlines.ts.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.checkPeriodMs,
    },
    bodyLimit: limits.bodyMaxBytes,
    forceCloseConnections: true,
    clientErrorHandler: refuseConnection,
    frameworkErrors(error, request, reply) {
      void sendProblem(error, request, reply.headers(securityHeaders));
    },
  });
  app.server.maxConnections = limits.connectionsMax;
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler<TSchema>(compileValidator);
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(new RequestError('not-found', 'Hearth has no such address.'), request, reply),
  );
  return app;
}
