import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Span, SpanOptions } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import {
  type EndedWork,
  type Logger,
  settlesWithin,
  type SpanAttributes,
  type Tracing,
} from '../../controller/index.ts';
import type { Clock } from '../../kube/index.ts';

export interface TracingSettings {
  /** Takes OTLP over HTTP, in JSON. */
  readonly endpoint: string;
  /** Share of the traces that are kept, 0 to 1. */
  readonly samplingRate: number;
}

export interface OpenTracingOptions extends TracingSettings {
  readonly version: string;
  /** Of this process among its replicas. */
  readonly identity: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Default 2 seconds. */
  readonly exportEveryMs?: number;
}

export interface OpenTracing extends Tracing {
  /** Sends what is left, for so long at the most. */
  close(deadlineMs: number): Promise<void>;
}

/** The build is not whole: somebody took the program alone. */
export class TracingMissingError extends Error {
  override readonly name = 'TracingMissingError';

  constructor(cause: unknown) {
    super('--tracing cannot be used: otel.mjs must be beside the program, as the build leaves it', { cause });
  }
}

/** Spans that wait to be sent; further ones are dropped. About a kilobyte each. */
const mostWaiting = 2_048;
const mostInOneExport = 512;
/** A collector that does not answer in this time gets the next ones, and these are lost. */
const exportTimeoutMs = 5_000;
const longestAttribute = 256;

/** The work that others are parts of, for as long as it is under way. */
interface Running {
  readonly context: Context;
  isOver: boolean;
}

/**
 * Tells OpenTelemetry what is done. Nobody ever waits for the collector: spans wait in a bounded queue, and what it does not
 * take is dropped. Throws TracingMissingError.
 */
export async function openTracing(options: OpenTracingOptions): Promise<OpenTracing> {
  const { api, OTLPTraceExporter, resourceFromAttributes, sdk } = await packages();
  const { endpoint, samplingRate, version, identity, clock, log, exportEveryMs = 2_000 } = options;
  const exporter = new OTLPTraceExporter({
    url: endpoint,
    timeoutMillis: exportTimeoutMs,
    concurrencyLimit: 1,
  });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'wheelwright',
      'service.version': version,
      'service.instance.id': identity,
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(samplingRate) }),
    spanLimits: { attributeValueLengthLimit: longestAttribute },
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: tellingOfTrouble(exporter, log),
        maxQueueSize: mostWaiting,
        maxExportBatchSize: mostInOneExport,
        scheduledDelayMillis: exportEveryMs,
        exportTimeoutMillis: exportTimeoutMs,
      }),
    ],
  });
  const tracer = provider.getTracer('wheelwright', version);
  const running = new AsyncLocalStorage<Running>();
  const parent = (): Context | undefined => {
    const of = running.getStore();
    return of === undefined || of.isOver ? undefined : of.context;
  };
  const finish = (span: Span, attributes: SpanAttributes, failed: boolean): void => {
    span.setAttributes(attributes);
    if (failed) span.setStatus({ code: api.SpanStatusCode.ERROR });
    span.end();
  };
  const show = (work: EndedWork, context: Context): void => {
    const started: SpanOptions = { startTime: clock.now() - work.durationMs };
    finish(tracer.startSpan(work.name, started, context), work.attributes, work.failed);
  };
  return {
    async span(name, attributes, work, outcome) {
      const context = parent() ?? api.ROOT_CONTEXT;
      const span = tracer.startSpan(name, { attributes, startTime: clock.now() }, context);
      const own: Running = { context: api.trace.setSpan(context, span), isOver: false };
      try {
        const result = await running.run(own, work);
        const ended = outcome(result);
        finish(span, ended.attributes, ended.failed);
        return result;
      } catch (error) {
        finish(span, {}, true);
        throw error;
      } finally {
        own.isOver = true;
      }
    },
    part(work) {
      const context = parent();
      if (context !== undefined) show(work, context);
    },
    alone: (work) => show(work, api.ROOT_CONTEXT),
    async close(deadlineMs) {
      await settlesWithin(clock, deadlineMs, provider.shutdown());
    },
  };
}

/** The first failure of a row of them is news, and so is its end. */
function tellingOfTrouble(exporter: SpanExporter, log: Logger): SpanExporter {
  let isInTrouble = false;
  return {
    export: (spans, callback) =>
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        if (failed && !isInTrouble) log.warn({ err: result.error }, 'the collector takes no traces');
        if (!failed && isInTrouble) log.info('the collector takes traces again');
        isInTrouble = failed;
        callback(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}

async function packages() {
  try {
    return await import('./otel-packages.ts');
  } catch (cause) {
    throw new TracingMissingError(cause);
  }
}
