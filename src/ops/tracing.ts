import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from '@opentelemetry/api';
import { RecallError } from '../protocol/errors.ts';
import type { Log } from './log.ts';
import { sparsely } from './sparse.ts';
import { type Attributes, traceBy } from './trace.ts';
import { version } from './version.ts';

export interface TracingOptions {
  /** Of a collector: the traces go to `/v1/traces` there. */
  readonly endpoint: string;
  /** Of all traces, from 0 to 1. */
  readonly share: number;
  /** The id of this process. */
  readonly processId: string;
  readonly log: Log;
}

/** How long a collector may take, ms. */
const sendWithinMs = 2000;
/** As W3C has it: version, trace, span, flags. */
const parentForm = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/;

/**
 * Has spans recorded, and sent by OTLP. What that takes is loaded here, and nowhere else.
 * @returns what sends the rest, for the end; it settles, and never rejects
 */
export async function startTracing({ endpoint, share, processId, log }: TracingOptions): Promise<() => Promise<void>> {
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const tell = sparsely(log, 'warn', 'traces could not be sent');
  const failed = (why: string) => tell('traces', { why: why.slice(0, 200) });
  const quiet = () => {};
  api.diag.setLogger({ error: failed, warn: failed, info: quiet, debug: quiet, verbose: quiet });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      'service.name': process.env.OTEL_SERVICE_NAME || 'recall',
      'service.version': version,
      'service.instance.id': processId,
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(share) }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: new OTLPTraceExporter({
          url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
          timeoutMillis: sendWithinMs,
        }),
      }),
    ],
  });
  const tracer = provider.getTracer('recall', version);
  const current = new AsyncLocalStorage<Span>();

  /** What has ended is under way no more, though timers that it has set have it still. */
  function underWay(): Span | undefined {
    const span = current.getStore();
    return span?.isRecording() ? span : undefined;
  }

  function parentSpan(parent: string | undefined): Span | undefined {
    if (parent === undefined) return underWay();
    const [, traceId, spanId, flags = ''] = parentForm.exec(parent) ?? [];
    if (traceId === undefined || spanId === undefined) return undefined;
    return api.trace.wrapSpanContext({ traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true });
  }

  /** A refusal is no error. Of an error its name is told: what it says may be secret. */
  function fail(span: Span, error: unknown): void {
    if (error instanceof RecallError) span.setAttribute('recall.code', error.code);
    else span.setStatus({ code: api.SpanStatusCode.ERROR, message: (error as Error).name });
    span.end();
  }

  traceBy({
    span<T>(name: string, attributes: Attributes, run: () => T, from?: string): T {
      const parent = parentSpan(from);
      const context = parent ? api.trace.setSpan(api.ROOT_CONTEXT, parent) : api.ROOT_CONTEXT;
      const span = tracer.startSpan(name, { attributes }, context);
      try {
        const result = current.run(span, run);
        if (!(result instanceof Promise)) {
          span.end();
          return result;
        }
        return result.then(
          (value) => {
            span.end();
            return value;
          },
          (error) => {
            fail(span, error);
            throw error;
          },
        ) as T;
      } catch (error) {
        fail(span, error);
        throw error;
      }
    },
    get isUnderWay() {
      return underWay() !== undefined;
    },
    annotate(attributes) {
      underWay()?.setAttributes(attributes);
    },
    bind: (run) => AsyncLocalStorage.bind(run),
    parent() {
      const context = underWay()?.spanContext();
      const flags = context?.traceFlags.toString(16).padStart(2, '0');
      return context && `00-${context.traceId}-${context.spanId}-${flags}`;
    },
  });
  return () => provider.shutdown().catch(() => {});
}
