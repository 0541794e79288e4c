import { rootCertificates } from 'node:tls';
import type {
  CallOptions,
  ChannelCredentials,
  Client,
  ClientReadableStream,
  ServiceError,
} from '@grpc/grpc-js';
import { loopbackOption, targetOf } from './guarded-resolver.ts';
import { loadGrpc } from './load-grpc.ts';

export interface ScalerAddress {
  /** `host:port`. */
  readonly address: string;
  readonly allowsLoopback: boolean;
  /** PEM; TLS is used where `enable` is set or any of these is there. */
  readonly tls: {
    readonly enable: boolean;
    readonly isUnsafe: boolean;
    readonly ca: string | undefined;
    readonly cert: string | undefined;
    readonly key: string | undefined;
  };
}

type Unary = (
  request: object,
  options: CallOptions,
  callback: (error: ServiceError | null, response: unknown) => void,
) => { cancel(): void };
type Streaming = (request: object) => ClientReadableStream<unknown>;

const callMs = 5_000;

/** A connection to one external scaler. */
export class ScalerChannel {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async open({ address, allowsLoopback, tls }: ScalerAddress): Promise<ScalerChannel> {
    const { grpc, Client } = await loadGrpc();
    const target = targetOf(address);
    if (target === undefined) throw new Error('the address is not host:port');
    const usesTls = tls.enable || tls.ca !== undefined || tls.cert !== undefined;
    let credentials: ChannelCredentials;
    if (usesTls) {
      const roots = tls.ca === undefined ? null : Buffer.from([...rootCertificates, tls.ca].join('\n'));
      const [key, cert] = [tls.key, tls.cert].map((pem) => (pem === undefined ? null : Buffer.from(pem)));
      credentials = grpc.credentials.createSsl(roots, key ?? null, cert ?? null, {
        rejectUnauthorized: !tls.isUnsafe,
        ...(tls.isUnsafe ? { checkServerIdentity: () => undefined } : {}),
      });
    } else credentials = grpc.credentials.createInsecure();
    const options = {
      'grpc.max_receive_message_length': 1024 * 1024,
      'grpc.max_reconnect_backoff_ms': 60_000,
      'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
      [loopbackOption]: allowsLoopback ? 1 : 0,
      // Whoever owns the name does not say how it is asked.
      'grpc.service_config_disable_resolution': 1,
      // A proxy of the environment is for the way out of the cluster.
      'grpc.enable_http_proxy': 0,
    };
    return new ScalerChannel(new Client(target, credentials, options));
  }

  /** One answer within 5 seconds. Rejects with ServiceError, or with the reason of the signal. */
  call<T>(method: string, request: object, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const invoke = this.#method(method) as Unary;
      const call = invoke.call(
        this.#client,
        request,
        { deadline: Date.now() + callMs },
        (error, response) => {
          signal.removeEventListener('abort', onAbort);
          if (error === null) resolve(response as T);
          else reject(signal.aborted ? (signal.reason as Error) : error);
        },
      );
      const onAbort = (): void => call.cancel();
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Hands every message over; resolves when the other side ends the stream, rejects with ServiceError. */
  follow<T>(
    method: string,
    request: object,
    onMessage: (message: T) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const invoke = this.#method(method) as Streaming;
      const stream = invoke.call(this.#client, request);
      const onAbort = (): void => stream.cancel();
      signal.addEventListener('abort', onAbort, { once: true });
      const settle = (settled: () => void): void => {
        signal.removeEventListener('abort', onAbort);
        settled();
      };
      stream.on('data', (message: T) => onMessage(message));
      stream.on('end', () => settle(resolve));
      stream.on('error', (error) => settle(() => reject(signal.aborted ? (signal.reason as Error) : error)));
    });
  }

  close(): void {
    this.#client.close();
  }

  #method(name: string): unknown {
    return (this.#client as unknown as Readonly<Record<string, unknown>>)[name];
  }
}
