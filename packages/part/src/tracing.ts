import { createHash } from 'node:crypto';
import { Type } from 'typebox';

/** A step of a trace, from and to in Unix ms. */
export interface Step {
  name: string;
  from: number;
  to: number;
  attributes?: Readonly<Record<string, string | number>>;
}

/**
 * Traces of what goes through several processes: each tells its own steps under the same name, such as that of a
 * reading, and needs nothing of the others. The ids are made from the name, so that no message has to carry them.
 */
export interface Tracing extends AsyncDisposable {
  /** Whether this one is told: the same answer in every process. */
  isTold(trace: string): boolean;
  /** The whole, which the steps are parts of; told by one process alone. */
  whole(trace: string, step: Step): void;
  step(trace: string, step: Step): void;
}

/** Where traces are sent to, and how many of them. */
export interface TracingPlace {
  /** OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`. */
  url: string;
  /** 0 to 1. */
  share: number;
  /** `hearth-broker`. */
  service: string;
}

/** What a part that traces reads from the environment. */
export const tracingVariables = {
  HEARTH_OTLP_URL: Type.Optional(
    Type.String({
      pattern: '^https?://',
      examples: ['http://127.0.0.1:4318/v1/traces'],
      description: 'Where traces of readings and requests are sent to, by OTLP over HTTP; default: nowhere.',
    }),
  ),
  HEARTH_OTLP_SHARE: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Which share of them is traced, the same ones by every part; 1 if not set.',
    }),
  ),
};

/** Ids of a trace and of its whole. @see https://www.w3.org/TR/trace-context/#trace-id */
function idsOf(trace: string): { traceId: string; spanId: string } {
  const digest = createHash('sha256').update(trace).digest('hex');
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

/** Starts to trace. The libraries for it are loaded here and not before: who does not trace pays nothing for it. */
export async function openTracing({ url, share, service }: TracingPlace): Promise<Tracing> {
  const [api, sdk, exporting] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const random = new sdk.RandomIdGenerator();
  let next: { traceId: string; spanId: string } | null = null;
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new exporting.OTLPTraceExporter({ url }) })],
    idGenerator: {
      generateTraceId: () => next?.traceId ?? random.generateTraceId(),
      generateSpanId: () => next?.spanId ?? random.generateSpanId(),
    },
  });
  const tracer = provider.getTracer('hearth');
  const isTold = (trace: string): boolean =>
    Number.parseInt(idsOf(trace).traceId.slice(-8), 16) < share * 2 ** 32;

  return {
    isTold,
    whole(trace, { name, from, to, attributes = {} }) {
      if (!isTold(trace)) return;
      next = idsOf(trace);
      const span = tracer.startSpan(name, { root: true, startTime: from, attributes }, api.ROOT_CONTEXT);
      next = null;
      span.end(to);
    },
    step(trace, { name, from, to, attributes = {} }) {
      if (!isTold(trace)) return;
      const whole = { ...idsOf(trace), traceFlags: api.TraceFlags.SAMPLED, isRemote: true };
      const context = api.trace.setSpanContext(api.ROOT_CONTEXT, whole);
      tracer.startSpan(name, { startTime: from, attributes }, context).end(to);
    },
    [Symbol.asyncDispose]: () => provider.shutdown(),
  };
}
