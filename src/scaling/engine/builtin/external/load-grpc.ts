import type * as Grpc from '@grpc/grpc-js';
import { externalScalerDescriptor } from './external-scaler-descriptor.ts';
import { registerGuardedResolver } from './guarded-resolver.ts';

export interface LoadedGrpc {
  readonly grpc: typeof Grpc;
  /** The methods of `externalscaler.ExternalScaler` with their paths and codecs. */
  readonly service: Grpc.ServiceDefinition;
  readonly Client: Grpc.ServiceClientConstructor;
}

let loading: Promise<LoadedGrpc> | undefined;

/** gRPC costs a process tens of megabytes, and few need it: it is loaded by the first who does. */
export function loadGrpc(): Promise<LoadedGrpc> {
  loading ??= load();
  return loading;
}

async function load(): Promise<LoadedGrpc> {
  const [grpc, loader] = await Promise.all([import('@grpc/grpc-js'), import('@grpc/proto-loader')]);
  registerGuardedResolver(grpc);
  const definition = loader.fromJSON(externalScalerDescriptor as Parameters<typeof loader.fromJSON>[0], {
    keepCase: true,
    longs: Number,
    defaults: true,
  });
  const service = definition['externalscaler.ExternalScaler'] as Grpc.ServiceDefinition;
  return { grpc, service, Client: grpc.makeGenericClientConstructor(service, 'ExternalScaler') };
}
