import {
  exportMediaTypes,
  heartbeatMs,
  liveEvents,
  Problem,
  problems,
  routes,
  sessionCookie,
  type ProblemCode,
  type Route,
} from '@hearth/contract';
import { openSchemaBook, type JsonObject, type SchemaBook } from './schemas.ts';

const security: Record<Route['access'], JsonObject[]> = {
  public: [],
  session: [{ session: [] }],
  enrolment: [{ enrolment: [] }],
  metrics: [{ session: [] }, { metrics: [] }],
  probe: [{ probe: [] }],
  reporter: [{ reporter: [] }],
};

/** The OpenAPI 3.1 document of the HTTP api, from the contract's table of routes. */
export function openapiDocument(version: string): JsonObject {
  const book = openSchemaBook();
  const paths: Record<string, JsonObject> = {};
  for (const [name, route] of Object.entries<Route>(routes))
    (paths[route.path.replaceAll(/:(\w+)/g, '{$1}')] ??= {})[route.method.toLowerCase()] = operation(
      name,
      route,
      book,
    );
  book.refer(Problem);
  const answers = Object.fromEntries(
    Object.keys(problems).map((code) => [code, problemAnswer(code as ProblemCode)]),
  );
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Hearth HTTP API',
      version,
      description:
        'What the dashboard uses. Every error is a problem (RFC 9457) whose type is `/problems/{code}`. Instants are Unix time in milliseconds, temperatures °C.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The Hearth that serves this document.' }],
    paths,
    components: {
      schemas: book.named(),
      responses: answers,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: sessionCookie, description: 'A signed-in person.' },
        enrolment: { type: 'http', scheme: 'bearer', description: 'The demo home, with its token.' },
        metrics: { type: 'http', scheme: 'bearer', description: 'The token in the file metrics-token.' },
        probe: { type: 'http', scheme: 'bearer', description: 'A token that never leaves the process.' },
        reporter: { type: 'http', scheme: 'bearer', description: 'The token of a reporter, shown once.' },
      },
    },
  };
}

function operation(name: string, route: Route, book: SchemaBook): JsonObject {
  return {
    operationId: name,
    summary: route.summary,
    security: security[route.access],
    ...((route.params ?? route.query) && {
      parameters: [...parameters(route.params, 'path', book), ...parameters(route.query, 'query', book)],
    }),
    ...(route.body && {
      requestBody: { required: true, content: { 'application/json': { schema: book.refer(route.body) } } },
    }),
    ...(route.takesFile && {
      requestBody: { required: true, content: { 'application/octet-stream': {} } },
    }),
    responses: { ...success(name, route, book), ...failures(route) },
  };
}

function success(name: string, route: Route, book: SchemaBook): JsonObject {
  const [status, body] = route.answer;
  if (name === 'events') return { [status]: eventStream(book) };
  const description = route.summary;
  if (files[name]) return { [status]: { description, content: filesOf(files[name]) } };
  if (!body) return { [status]: { description } };
  return { [status]: { description, content: { 'application/json': { schema: book.refer(body) } } } };
}

/** What is no JSON of ours, by route: its media types. */
const files: Readonly<Record<string, readonly string[]>> = {
  metrics: ['text/plain'],
  export: Object.values(exportMediaTypes),
  checkAuthority: ['application/x-pem-file'],
  checkCertificate: ['application/json', 'text/html'],
};

const filesOf = (types: readonly string[]): JsonObject =>
  Object.fromEntries(
    types.map((type) => [type, type === 'text/plain' ? { schema: { type: 'string' } } : {}]),
  );

/** Server-sent events have no place of their own in OpenAPI 3.1: the events' data are told by name. */
function eventStream(book: SchemaBook): JsonObject {
  return {
    description: `Server-sent events. Every event but \`heartbeat\` (each ${heartbeatMs / 1000} s) has an id for Last-Event-ID, and so has \`hello\` unless the client sent one; \`reset\` says: fetch all again.`,
    content: { 'text/event-stream': { schema: { type: 'string' } } },
    'x-events': Object.fromEntries(
      Object.entries(liveEvents).map(([event, schema]) => [event, book.refer(schema)]),
    ),
  };
}

function parameters(schema: object | undefined, where: 'path' | 'query', book: SchemaBook): JsonObject[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: required.includes(name),
    description: property.description ?? name,
    schema: book.refer(property),
  }));
}

/** The problems that the route names, and those that follow from its form. */
function failures(route: Route): JsonObject {
  const codes = new Set<ProblemCode>(route.problems);
  if (route.params ?? route.query ?? route.body) codes.add('bad-request');
  if (route.access !== 'public') codes.add('not-signed-in');
  if (route.method !== 'GET') codes.add('wrong-origin');
  if (route.body) codes.add('too-large').add('unsupported-media-type');
  codes.add('internal');
  const byStatus: Record<string, ProblemCode[]> = {};
  for (const code of codes) (byStatus[problems[code].status] ??= []).push(code);
  return Object.fromEntries(Object.entries(byStatus).map(([status, sharing]) => [status, answerOf(sharing)]));
}

function answerOf(codes: ProblemCode[]): JsonObject {
  const [only, ...others] = codes;
  if (only && others.length === 0) return { $ref: `#/components/responses/${only}` };
  return {
    description: codes.map((code) => problems[code].title).join(', or: '),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }])),
      },
    },
  };
}

function problemAnswer(code: ProblemCode): JsonObject {
  return {
    description: problems[code].title,
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        example: problemExample(code),
      },
    },
  };
}

const problemExample = (code: ProblemCode): JsonObject => ({ type: `/problems/${code}`, ...problems[code] });
