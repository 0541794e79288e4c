import { type Clock, backoffMs } from '../../../../kube/index.ts';
import { milliOf, sumOfMilli } from '../hpa/milli.ts';
import {
  boolean,
  inAuthentication,
  inMetadata,
  readParameters,
  shown,
  text,
} from '../triggers/parameters.ts';
import { isTarget, targetRemedy } from '../triggers/target.ts';
import {
  type Reading,
  type Trigger,
  TriggerConfigError,
  TriggerError,
  type TriggerSource,
} from '../triggers/trigger.ts';
import type {
  GetMetricSpecResponse,
  GetMetricsResponse,
  IsActiveResponse,
} from './external-scaler-descriptor.ts';
import { targetOf } from './guarded-resolver.ts';
import { GrpcMissingError } from './load-grpc.ts';
import { ScalerChannel } from './scaler-channel.ts';

const parameters = {
  scalerAddress: inMetadata(text),
  enableTLS: inMetadata(boolean.default(false)),
  unsafeSsl: inMetadata(boolean.default(false)),
  caCert: inAuthentication(text.optional()),
  tlsClientCert: inAuthentication(text.optional()),
  tlsClientKey: inAuthentication(text.optional()),
};

/** Each is asked for in every look. */
const mostMetrics = 100;

/** As KEDA reconnects. */
const retry = { baseMs: 2_000, capMs: 60_000 };

/** A scaler that somebody else wrote, asked by gRPC; `external-push` also tells by itself. Throws TriggerConfigError. */
export async function external(source: TriggerSource, clock: Clock): Promise<Trigger> {
  const { place, objectName: name, namespace, metadata } = source;
  const read = readParameters(source, parameters);
  const { tlsClientCert: cert, tlsClientKey: key } = read;
  if ((cert === undefined) !== (key === undefined))
    throw new TriggerConfigError(
      `the authentication of ${place} must have tlsClientCert and tlsClientKey, or neither`,
    );
  // Variables of the workload are not to be had; as with KEDA, what cannot be resolved is left out.
  const resolved = Object.entries(metadata).filter(([field]) => !field.endsWith('FromEnv'));
  const scaledObjectRef = { name, namespace, scalerMetadata: Object.fromEntries(resolved) };
  const tls = { enable: read.enableTLS, isUnsafe: read.unsafeSsl, ca: read.caCert, cert, key };
  const address = read.scalerAddress;
  if (targetOf(address) === undefined)
    throw new TriggerConfigError(
      `${place}.metadata.scalerAddress is '${shown(address)}': it must be host:port`,
    );
  const { allowsLoopback } = source;
  const channel = await ScalerChannel.open({ address, allowsLoopback, tls }).catch((error: unknown) => {
    if (error instanceof GrpcMissingError) throw new TriggerConfigError(`${place}: ${error.message}`);
    throw new TriggerConfigError(
      `${place}: no connection to ${read.scalerAddress} is possible: ${nameOf(error)}`,
    );
  });
  const ask = async <T>(method: string, request: object, signal: AbortSignal): Promise<T> => {
    try {
      return await channel.call<T>(method, request, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw new TriggerError(`${place}: ${method} of ${read.scalerAddress} failed: ${nameOf(error)}`, {
        kind: unreached.has(codeOf(error)) ? 'unreachable' : 'value',
      });
    }
  };
  // One answer is for all metrics of a look, which begins with asking for them.
  let active: Promise<IsActiveResponse> | undefined;
  return {
    async specs(signal) {
      active = undefined;
      const { metricSpecs } = await ask<GetMetricSpecResponse>('GetMetricSpec', scaledObjectRef, signal);
      if (metricSpecs.length > mostMetrics)
        throw new TriggerError(
          `${place}: ${read.scalerAddress} names ${metricSpecs.length} metrics: there may be ${mostMetrics}`,
        );
      if (new Set(metricSpecs.map(({ metricName }) => metricName)).size < metricSpecs.length)
        throw new TriggerError(
          `${place}: ${read.scalerAddress} names one metric twice: names of metrics must differ`,
        );
      return metricSpecs.map(({ metricName, targetSize, targetSizeFloat }) => {
        const target = targetSizeFloat > 0 ? targetSizeFloat : targetSize;
        if (!isTarget(target) && !source.isPartOfFormula)
          throw new TriggerError(
            `${place}: ${read.scalerAddress} names the target ${target}: it ${targetRemedy}`,
          );
        return { name: metricName, target };
      });
    },
    async read(metricName, signal): Promise<Reading> {
      const request = { scaledObjectRef, metricName };
      const { metricValues } = await ask<GetMetricsResponse>('GetMetrics', request, signal);
      active ??= ask<IsActiveResponse>('IsActive', scaledObjectRef, signal);
      const { result } = await active;
      const values = metricValues.map(({ metricValue, metricValueFloat }) =>
        milliOf(metricValueFloat > 0 ? metricValueFloat : metricValue),
      );
      return { value: Number(sumOfMilli(values)) / 1_000, isActive: result };
    },
    ...(source.type === 'external-push'
      ? ({
          watch(onNews, signal): void {
            const follow = <T>(method: string, onMessage: (message: T) => void): void =>
              void keepFollowing<T>({ channel, method, request: scaledObjectRef, onMessage }, clock, signal);
            follow<IsActiveResponse>('StreamIsActive', ({ result }) => onNews(result ? 'active' : 'changed'));
            follow<GetMetricSpecResponse>('StreamMetricSpec', ({ metricSpecs }) => {
              if (metricSpecs.length > 0) onNews('changed');
            });
          },
        } satisfies Pick<Trigger, 'watch'>)
      : {}),
    close: () => channel.close(),
  };
}

interface Following<T> {
  readonly channel: ScalerChannel;
  readonly method: string;
  readonly request: object;
  readonly onMessage: (message: T) => void;
}

/** gRPC's status for a method that a server does not have: of the streams only the first must be there. */
const unimplemented = 12;

/** Follows a stream until the signal aborts, again and again. Never rejects. */
async function keepFollowing<T>(
  { channel, method, request, onMessage }: Following<T>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await channel.follow<T>(method, request, onMessage, signal);
      attempt = -1;
    } catch (error) {
      if (codeOf(error) === unimplemented) return;
    }
    await clock.sleep(backoffMs(Math.max(attempt, 0), retry), signal).catch(() => undefined);
  }
}

/** The name of a gRPC status; what the other side wrote beside it stays there. */
function nameOf(error: unknown): string {
  const code = codeOf(error);
  return code === undefined
    ? 'its address or its certificates cannot be used'
    : (statusNames[code] ?? `status ${code}`);
}

function codeOf(error: unknown): number | undefined {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'number' ? code : undefined;
}

/** DEADLINE_EXCEEDED and UNAVAILABLE: it may be the connection. */
const unreached = new Set<number | undefined>([4, 14]);

const statusNames: Readonly<Record<number, string>> = {
  1: 'CANCELLED',
  2: 'UNKNOWN',
  3: 'INVALID_ARGUMENT',
  4: 'DEADLINE_EXCEEDED',
  5: 'NOT_FOUND',
  7: 'PERMISSION_DENIED',
  8: 'RESOURCE_EXHAUSTED',
  9: 'FAILED_PRECONDITION',
  12: 'UNIMPLEMENTED',
  13: 'INTERNAL',
  14: 'UNAVAILABLE',
  16: 'UNAUTHENTICATED',
};
