import { createHash } from 'node:crypto';
import { type Endpoint, endpointFingerprint } from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import type { AccessProvider } from './access-provider.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ClusterProfile, OfferedCluster, OfferedProvider } from './cluster-profile.ts';
import { additionalArgs, extensionNames, mergeEnv } from './exec-extensions.ts';
import type { ExecInvocation } from './exec-invocation.ts';
import { type OfferedEndpoint, offeredEndpoint } from './offered-endpoint.ts';
import type { ServerPolicy } from './server-policy.ts';

export interface ResolvedAccess extends OfferedEndpoint {
  /** The name of the provider that was chosen. */
  readonly provider: string;
  readonly invocation: ExecInvocation;
  /**
   * Equal as long as the same credential from the same source goes to the same server in the same way. Conditions,
   * properties and versions of the profile have no part in it.
   */
  readonly fingerprint: string;
}

/**
 * Where the cluster of a profile is and how to get a credential for it. The first provider of the file that the profile
 * offers counts; if that one is not usable, none is tried in its place, because a silent change of credentials is worse
 * than a failure. Builds new values on every call and changes none that it is given. `now` is milliseconds since the
 * epoch. Throws AccessError, whose message begins with what the reference operator says.
 */
export function resolveAccess(
  profile: ClusterProfile,
  providers: readonly AccessProvider[],
  policy: ServerPolicy,
  now: number,
): ResolvedAccess {
  try {
    const { provider, cluster } = choose(profile, providers);
    const offered = offeredEndpoint(cluster, policy, now);
    const invocation = invocationOf(provider, cluster, offered.endpoint);
    const fingerprint = fingerprintOf(provider.name, offered.endpoint, invocation);
    return { ...offered, provider: provider.name, invocation, fingerprint };
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    throw error.about(`failed to build config from ClusterProfile ${profile.key}`);
  }
}

function choose(
  profile: ClusterProfile,
  providers: readonly AccessProvider[],
): { readonly provider: AccessProvider; readonly cluster: OfferedCluster } {
  const provider = providers.find(({ name }) => profile.providers.has(name));
  if (provider === undefined) {
    const offers =
      profile.providers.size === 0
        ? 'it offers no access provider'
        : `its access providers ${nameList([...profile.providers.keys()].sort())} are none of the configured ${nameList(providers.map(({ name }) => name))}`;
    const fix =
      profile.providers.size === 0
        ? 'Its cluster manager must add one'
        : 'Add one of them to the access provider file';
    throw new AccessError('ProviderNotMatched', `${offers}. ${fix}.`);
  }
  const { cluster, problem } = profile.providers.get(provider.name) as OfferedProvider;
  if (cluster === undefined)
    throw new AccessError(
      'ConfigInvalid',
      `access provider '${provider.name}' cannot be used: ${problem ?? 'it is broken'}`,
    );
  return { provider, cluster };
}

/** Conditions show this list, so it is short. */
function nameList(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `[${shown} and ${names.length - 5} more]` : `[${shown}]`;
}

function invocationOf(provider: AccessProvider, cluster: OfferedCluster, endpoint: Endpoint): ExecInvocation {
  const { exec, argsPolicy, envPolicy } = provider;
  const config = cluster.extensions.get(extensionNames.execConfig);
  if (exec.type === 'builtin') return { type: 'builtin', reader: exec.reader, config };
  return {
    type: 'plugin',
    command: exec.command,
    args: [...exec.args, ...additionalArgs(cluster.extensions, argsPolicy)],
    env: mergeEnv(exec.env, cluster.extensions, envPolicy),
    apiVersion: exec.apiVersion,
    clusterInfo: exec.provideClusterInfo ? { endpoint, ...(config == null ? {} : { config }) } : undefined,
    installHint: exec.installHint,
    ...(exec.sha256 === undefined ? {} : { sha256: exec.sha256 }),
  };
}

/** Values of environment variables may be secret, so the fingerprint is a hash from which they cannot be read. */
function fingerprintOf(provider: string, endpoint: Endpoint, invocation: ExecInvocation): string {
  const source =
    invocation.type === 'builtin'
      ? invocation
      : {
          ...invocation,
          installHint: null,
          clusterInfo: invocation.clusterInfo && { config: invocation.clusterInfo.config ?? null },
        };
  const identity = [provider, endpointFingerprint(endpoint), source];
  return createHash('sha256').update(canonicalJson(identity)).digest('hex');
}
