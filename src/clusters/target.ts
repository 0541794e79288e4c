import {
  type KubeError,
  TimeoutError,
  UnauthorizedError,
  ForbiddenError,
  UnreachableError,
} from '../kube/index.ts';
import { AccessError } from './access/index.ts';
import type { Cluster } from './cluster.ts';
import { ConnectionLostError } from './connection.ts';

/** The nine reasons of the condition TargetClusterResolved, as the multi-cluster documentation of Knative lists them. */
export type TargetReason =
  | 'ClusterProfileNotFound'
  | 'ClusterProfileNotReady'
  | 'ClusterProfileUnavailable'
  | 'AccessProviderFailed'
  | 'AccessProviderNotConfigured'
  | 'MulticlusterDisabled'
  | 'RemoteClientCreationFailed'
  | 'RemoteClusterStale'
  | 'ClusterProviderClosed';

export interface TargetFailure {
  readonly resolved: false;
  readonly reason: TargetReason;
  readonly message: string;
}

/** The first attempt to connect is under way and takes its time; whoever asked is told when it has ended. */
export interface TargetPending {
  readonly resolved: false;
  readonly connecting: true;
  readonly message: string;
}

export type TargetResolution =
  | {
      readonly resolved: true;
      readonly cluster: Cluster;
      /** The access provider that was chosen. */ readonly provider: string;
    }
  | TargetFailure
  | TargetPending;

/** Why access could not even be tried. */
export function accessFailure(key: string, error: AccessError): TargetFailure {
  switch (error.kind) {
    case 'ProviderNotMatched':
      return fail(
        'MulticlusterDisabled',
        `${error.message} Until then multi-cluster support is disabled for it.`,
      );
    case 'NotOfferedYet':
      return fail(
        'ClusterProfileNotReady',
        `ClusterProfile ${key} is not ready: its cluster manager has not filled in the server yet.`,
      );
    case 'Closed':
      return providerClosed();
    default:
      return fail('AccessProviderFailed', sentence(withPrefix(key, error)));
  }
}

/** Why a connection did not come about, or is no more. `stale` where it was lost and has not been tried again yet. */
export function connectionFailure(key: string, error: unknown, stale: boolean): TargetFailure {
  if (error instanceof AccessError) return accessFailure(key, error);
  const why = describeFailure(error);
  if (stale || error instanceof ConnectionLostError) {
    return fail('RemoteClusterStale', `cluster connection is stale: ${key}: ${why} It is connected anew.`);
  }
  return fail(
    'RemoteClientCreationFailed',
    `failed to create remote kube client for ClusterProfile ${key}: ${why}`,
  );
}

export function providerClosed(): TargetFailure {
  return fail('ClusterProviderClosed', 'cluster provider closed during shutdown; the next leader continues.');
}

export function connecting(key: string): TargetPending {
  return {
    resolved: false,
    connecting: true,
    message: `Connecting to the cluster of ClusterProfile ${key}.`,
  };
}

export function fail(reason: TargetReason, message: string): TargetFailure {
  return { resolved: false, reason, message };
}

function withPrefix(key: string, error: AccessError): string {
  const prefix = `failed to build config from ClusterProfile ${key}`;
  return error.message.startsWith(prefix) ? error.message : `${prefix}: ${error.message}`;
}

/**
 * Why a cluster cannot be used, as a sentence without host-dependent details that change between attempts: conditions must
 * stand still while nothing changes.
 */
export function describeFailure(error: unknown): string {
  return sentence(describe(error));
}

function describe(error: unknown): string {
  if (error instanceof UnreachableError)
    return `the API server cannot be reached (${error.kind}: ${error.status.message})`;
  if (error instanceof TimeoutError) return 'the API server does not answer in time';
  if (error instanceof UnauthorizedError)
    return `the API server refuses the credential (${error.status.message})`;
  if (error instanceof ForbiddenError) return `the credential lacks rights (${error.status.message})`;
  const message =
    (error as Partial<KubeError>).status?.message ??
    (error instanceof Error ? error.message : 'unknown error');
  return message;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
