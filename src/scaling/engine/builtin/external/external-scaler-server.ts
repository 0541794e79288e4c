import type { Server, ServerUnaryCall, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import type { BindAddress } from '../../../../controller/index.ts';
import { type Clock, DeadlineExceeded, type KubeClient, withDeadline } from '../../../../kube/index.ts';
import { HubObjects } from '../triggers/hub-objects.ts';
import { type FailureKind, type Trigger, TriggerError } from '../triggers/trigger.ts';
import type {
  GetMetricSpecResponse,
  GetMetricsRequest,
  GetMetricsResponse,
  IsActiveResponse,
  ScaledObjectRef,
} from './external-scaler-descriptor.ts';
import { loadGrpc } from './load-grpc.ts';
import { ServedTriggers } from './served-triggers.ts';
import { serverCredentials, type ServerTlsFiles } from './server-credentials.ts';

export interface ExternalScalerOptions {
  readonly address: BindAddress;
  /** Without it whoever reaches the address is answered, in clear text. */
  readonly tls?: ServerTlsFiles | undefined;
  /** The hub. */
  readonly client: KubeClient;
  readonly clock: Clock;
  /** Told of what is neither a trigger's fault nor the hub's. */
  readonly onDefect: (error: unknown) => void;
}

/** A failure as gRPC tells it. */
interface Refusal {
  readonly code: number;
  readonly details: string;
}

const code = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  internal: 13,
  unavailable: 14,
} as const;

const codes: Readonly<Record<FailureKind, number>> = {
  config: code.invalidArgument,
  missing: code.notFound,
  forbidden: code.permissionDenied,
  unreachable: code.unavailable,
  value: code.failedPrecondition,
};

const answerMs = 5_000;
const mostStreams = 1_000;
/** How often those are looked at that cannot tell. */
const lookMs = 15_000;

/**
 * Serves triggers of the builtin engine to KEDA, as an external scaler: to a KEDA that lacks `kubernetes-resource`, and to one
 * that should know of a change at once. Once `listen` resolves it answers; it must be closed.
 */
export class ExternalScalerServer {
  readonly #options: ExternalScalerOptions;
  readonly #triggers: ServedTriggers;
  readonly #life = new AbortController();
  readonly #server: Server;
  #port = 0;
  #streams = 0;

  private constructor(options: ExternalScalerOptions, server: Server) {
    this.#options = options;
    this.#server = server;
    const { client, clock } = options;
    this.#triggers = new ServedTriggers({ client, clock, objects: new HubObjects(client, clock) });
    void this.#triggers.run(this.#life.signal);
  }

  /** Throws an Error that names the address where it cannot be had, or the file that cannot be used. */
  static async listen(options: ExternalScalerOptions): Promise<ExternalScalerServer> {
    const { grpc, service } = await loadGrpc();
    const credentials = await serverCredentials(grpc, options.tls);
    const server = new grpc.Server({
      'grpc.max_receive_message_length': 64 * 1024,
      'grpc.max_concurrent_streams': mostStreams,
      // Whoever is gone without a word holds no stream.
      'grpc.keepalive_time_ms': 60_000,
      'grpc.keepalive_timeout_ms': 20_000,
    });
    const scaler = new ExternalScalerServer(options, server);
    server.addService(service, {
      IsActive: scaler.#unary((ref: ScaledObjectRef, signal) => scaler.#isActive(ref, signal)),
      GetMetricSpec: scaler.#unary((ref: ScaledObjectRef, signal) => scaler.#specs(ref, signal)),
      GetMetrics: scaler.#unary((request: GetMetricsRequest, signal) => scaler.#metrics(request, signal)),
      StreamIsActive: scaler.#streaming((ref, stream) => scaler.#followActive(ref, stream)),
      StreamMetricSpec: scaler.#streaming((ref, stream) => scaler.#followSpecs(ref, stream)),
    });
    const { host, port } = options.address;
    const where = host === undefined ? `[::]:${port}` : `${host.includes(':') ? `[${host}]` : host}:${port}`;
    scaler.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(where, credentials, (error, bound) => {
        if (error === null) resolve(bound);
        else reject(new Error(`cannot listen on ${where}: ${error.message}`, { cause: error }));
      });
    });
    return scaler;
  }

  /** The port that is listened on, also where port 0 asked for any. */
  get port(): number {
    return this.#port;
  }

  /** Streams that are open now. */
  get streams(): number {
    return this.#streams;
  }

  /** Ends streams, lets answers under way end within `deadlineMs`, then cuts them off. */
  async close(deadlineMs: number): Promise<void> {
    this.#life.abort();
    const closed = new Promise<void>((resolve) => {
      this.#server.tryShutdown(() => resolve());
    });
    const enough = new AbortController();
    await Promise.race([closed, this.#options.clock.sleep(deadlineMs, enough.signal).catch(() => undefined)]);
    enough.abort();
    this.#server.forceShutdown();
    this.#triggers.close();
  }

  async #isActive(ref: ScaledObjectRef, signal: AbortSignal): Promise<IsActiveResponse> {
    return { result: await isActive(await this.#triggers.get(ref), signal) };
  }

  async #specs(ref: ScaledObjectRef, signal: AbortSignal): Promise<GetMetricSpecResponse> {
    const specs = await (await this.#triggers.get(ref)).specs(signal);
    return {
      metricSpecs: specs.map(({ name, target }) => ({
        metricName: name,
        targetSize: Math.ceil(target),
        targetSizeFloat: target,
      })),
    };
  }

  async #metrics(
    { scaledObjectRef, metricName }: GetMetricsRequest,
    signal: AbortSignal,
  ): Promise<GetMetricsResponse> {
    const ref = scaledObjectRef ?? { name: '', namespace: '', scalerMetadata: {} };
    const trigger = await this.#triggers.get(ref);
    const { value } = await trigger.read(metricName, signal);
    return { metricValues: [{ metricName, metricValue: Math.round(value), metricValueFloat: value }] };
  }

  /** Says what is now, and again after each change. */
  async #followActive(ref: ScaledObjectRef, stream: Stream<IsActiveResponse>): Promise<void> {
    const trigger = await this.#triggers.get(ref);
    let news = Promise.withResolvers<void>();
    trigger.watch?.(() => news.resolve(), stream.signal);
    stream.write({ result: await this.#limited((signal) => isActive(trigger, signal), stream.signal) });
    while (!stream.signal.aborted) {
      await this.#newsOrTime(trigger.watch === undefined ? undefined : news.promise, stream.signal);
      if (stream.signal.aborted) return;
      news = Promise.withResolvers<void>();
      try {
        stream.write({ result: await this.#limited((signal) => isActive(trigger, signal), stream.signal) });
      } catch (error) {
        // What fails now is told to the next who asks; whoever listens keeps what it knows.
        if (!(error instanceof TriggerError) && !(error instanceof DeadlineExceeded)) throw error;
      }
    }
  }

  /** Targets are part of what was asked for: they are the same for as long as it is. */
  async #followSpecs(ref: ScaledObjectRef, stream: Stream<GetMetricSpecResponse>): Promise<void> {
    stream.write(await this.#limited((signal) => this.#specs(ref, signal), stream.signal));
    await new Promise<void>((resolve) => {
      if (stream.signal.aborted) resolve();
      else stream.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async #newsOrTime(news: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
    const enough = new AbortController();
    const ended = Promise.withResolvers<void>();
    const onAbort = (): void => ended.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    const time = news ?? this.#options.clock.sleep(lookMs, enough.signal).catch(() => undefined);
    if (!signal.aborted) await Promise.race([time, ended.promise]);
    enough.abort();
    signal.removeEventListener('abort', onAbort);
  }

  #limited<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    return withDeadline(answerMs, signal, work);
  }

  #unary<Q, A>(
    answer: (request: Q, signal: AbortSignal) => Promise<A>,
  ): (call: ServerUnaryCall<Q, A>, callback: sendUnaryData<A>) => void {
    return (call, callback) => {
      this.#limited((signal) => answer(call.request, signal), this.#life.signal).then(
        (result) => callback(null, result),
        (error: unknown) => callback(this.#refusal(error)),
      );
    };
  }

  #streaming<A>(
    follow: (ref: ScaledObjectRef, stream: Stream<A>) => Promise<void>,
  ): (call: ServerWritableStream<ScaledObjectRef, A>) => void {
    return (call) => {
      if (this.#streams >= mostStreams) {
        call.emit('error', { code: code.resourceExhausted, details: 'too many streams' });
        return;
      }
      this.#streams++;
      const life = new AbortController();
      const end = (): void => life.abort();
      this.#life.signal.addEventListener('abort', end, { once: true });
      if (this.#life.signal.aborted) end();
      call.on('cancelled', end);
      call.on('close', end);
      const stream = { signal: life.signal, write: newestOnly(call) };
      follow(call.request, stream)
        .then(
          () => call.end(),
          (error: unknown) => (life.signal.aborted ? call.end() : call.emit('error', this.#refusal(error))),
        )
        .finally(() => {
          this.#streams--;
          end();
          this.#life.signal.removeEventListener('abort', end);
        });
    };
  }

  #refusal(error: unknown): Refusal {
    if (error instanceof TriggerError) return { code: codes[error.kind], details: error.message };
    if (error instanceof DeadlineExceeded) return { code: code.deadlineExceeded, details: error.message };
    if (this.#life.signal.aborted) return { code: code.unavailable, details: 'the operator is ending' };
    this.#options.onDefect(error);
    return { code: code.internal, details: 'a defect of this program; its log says more' };
  }
}

interface Stream<A> {
  /** Aborts when the stream ends, from whichever side. */
  readonly signal: AbortSignal;
  write(message: A): void;
}

/** A slow reader gets the newest when it reads again, not everything in between. */
function newestOnly<A>(call: ServerWritableStream<ScaledObjectRef, A>): (message: A) => void {
  let waiting: { readonly message: A } | undefined;
  call.on('drain', () => {
    if (waiting !== undefined) call.write(waiting.message);
    waiting = undefined;
  });
  return (message) => {
    if (call.writableNeedDrain) waiting = { message };
    else call.write(message);
  };
}

async function isActive(trigger: Trigger, signal: AbortSignal): Promise<boolean> {
  const specs = await trigger.specs(signal);
  const readings = await Promise.all(specs.map(({ name }) => trigger.read(name, signal)));
  return readings.some((reading) => reading.isActive);
}
