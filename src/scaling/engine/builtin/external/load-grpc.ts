import type * as Grpc from '@grpc/grpc-js';
import { externalScalerDescriptor } from './external-scaler-descriptor.ts';
import { registerGuardedResolver } from './guarded-resolver.ts';

export interface LoadedGrpc {
  readonly grpc: typeof Grpc;
  /** The methods of `externalscaler.ExternalScaler` with their paths and codecs. */
  readonly service: Grpc.ServiceDefinition;
  readonly Client: Grpc.ServiceClientConstructor;
}

/** The build is not whole: somebody took the program alone. */
export class GrpcMissingError extends Error {
  constructor(cause: unknown) {
    super('gRPC cannot be loaded: grpc.mjs must be beside the program, as the build leaves it', { cause });
    this.name = 'GrpcMissingError';
  }
}

let loading: Promise<LoadedGrpc> | undefined;

/**
 * gRPC costs a process tens of megabytes, and few need it: it is loaded by the first who does. Throws
 * GrpcMissingError.
 */
export function loadGrpc(): Promise<LoadedGrpc> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<LoadedGrpc> {
  const { grpc, loader } = await packages();
  registerGuardedResolver(grpc);
  const definition = loader.fromJSON(externalScalerDescriptor as Parameters<typeof loader.fromJSON>[0], {
    keepCase: true,
    longs: Number,
    defaults: true,
  });
  const service = definition['externalscaler.ExternalScaler'] as Grpc.ServiceDefinition;
  return { grpc, service, Client: grpc.makeGenericClientConstructor(service, 'ExternalScaler') };
}

async function packages() {
  try {
    return await import('./grpc-packages.ts');
  } catch (cause) {
    throw new GrpcMissingError(cause);
  }
}
